# Writes the streams of this folder that were not recorded, in the shapes that the servers'
# sources and documentation show. llamaserver-*.sse were recorded from llama-server (build
# 0c1e570) with SmolLM2-135M-Instruct.
#
#     python3 streams.py
import json

out = {}


def event(o):
    return "data: " + json.dumps(o, separators=(",", ":"), ensure_ascii=False) + "\n\n"


def chunk(id, model, delta, finish=None, choice={}, **more):
    """One event with a delta; with none, an event without choices."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish, **choice}]
    return event({"id": id, "object": "chat.completion.chunk", "created": 1796000000, "model": model, "choices": choices, **more})


def stream(name, *events, done=True):
    out[name] = "".join(events) + "data: [DONE]\n\n" * done


def counts(prompt, completion, **more):
    return {"prompt_tokens": prompt, "total_tokens": prompt + completion, "completion_tokens": completion, **more}


# vLLM: a role chunk with the ids of the prompt, reasoning, ids and counts in every chunk
def vllm(delta, n, ids, finish=None, **more):
    return chunk("chatcmpl-7f", "Qwen/Qwen3-8B", delta, finish, {"logprobs": None, "token_ids": ids}, usage=counts(9, n), **more)


role = {"role": "assistant", "content": ""}
stream("vllm-chat",
       vllm(role, 0, None, prompt_token_ids=[1, 2, 3, 4, 5, 6, 7, 8, 9]),
       vllm({"reasoning": "Add"}, 1, [11]), vllm({"reasoning": " them."}, 3, [12, 13]),
       vllm({"content": "The sum"}, 5, [14, 15]), vllm({"content": " is "}, 6, [16]), vllm({"content": "42"}, 8, [17, 18]),
       vllm({"content": ""}, 9, [151645], "stop"),
       chunk("chatcmpl-7f", "Qwen/Qwen3-8B", None, usage=counts(9, 9, prompt_tokens_details={"cached_tokens": 4})))
stream("vllm-error",
       vllm(role, 0, None), vllm({"content": "The"}, 1, [14]),
       event({"error": {"message": "EngineCore encountered an issue.", "type": "InternalServerError", "param": None, "code": 500}}))


# SGLang: a block of a diffusion model in each event, all fields always there
def sglang(text=None, thought=None, who=None, finish=None, stop=None):
    delta = {"role": who, "content": text, "reasoning_content": thought, "tool_calls": None}
    return chunk("a1b2", "inclusionAI/LLaDA2.0-mini", delta, finish, {"logprobs": None, "matched_stop": stop}, usage=None)


stream("sglang-chat",
       sglang("", who="assistant"), sglang(thought="Short is best."),
       sglang("Rivers run to the sea, and the sea is not"), sglang(" full. Größe: 5 €."),
       sglang(finish="stop", stop=156892),
       chunk("a1b2", "inclusionAI/LLaDA2.0-mini", None, usage=counts(14, 38, prompt_tokens_details=None, reasoning_tokens=6)))


# Ollama: the role in every chunk
def ollama(text, finish=None, **more):
    delta = None if text is None else {"role": "assistant", "content": text}
    return chunk("chatcmpl-329", "llama3.2", delta, finish, system_fingerprint="fp_ollama", **more)


stream("ollama-chat", ollama("Blue"), ollama(" sky"), ollama("."), ollama("", "stop"), ollama(None, usage=counts(28, 4)))


# Mercury: counts at the top level, a summary of the reasoning beside the delta
def mercury(delta, finish=None, **more):
    return chunk("chatcmpl-m", "mercury-2", delta, finish, **more)


def fill(text, finish=None, **more):
    choices = [] if text is None else [{"index": 0, "text": text, "finish_reason": finish}]
    return event({"id": "cmpl-f", "object": "text_completion", "created": 1796000000, "model": "mercury-edit-2", "choices": choices, **more})


billed = counts(18, 31, reasoning_tokens=22, cached_input_tokens=0)
stream("mercury-append",
       mercury(role), mercury({"content": "def add(a, b):\n"}), mercury({"content": "    return a + b\n"}),
       mercury({}, "stop", reasoning_summary={"content": "Wrote a sum.", "status": "complete"}), mercury(None, usage=billed))
whole = "def add(a, b):\n    return a + b\n"
stream("mercury-diffusing",
       mercury(role), mercury({"content": "dff ad(a b:\n  retrn b a"}), mercury({"content": "def ad(a, b):\n    retrn a b\n"}),
       mercury({"content": whole}), mercury({"content": whole}, "stop"), mercury(None, usage=billed))
stream("mercury-fim", fill("return a"), fill(" + b"), fill("", "stop"), fill(None, usage=billed))


# OpenRouter: comments while it waits, lines that end in CRLF, a price in the counts
def openrouter(delta, finish=None, **more):
    return chunk("gen-17", "inception/mercury-2", delta, finish, {"native_finish_reason": finish, "logprobs": None}, provider="Inception", **more)


wait = ": OPENROUTER PROCESSING\n\n"
said = {"role": "assistant"}
stream("openrouter-chat", wait, wait, openrouter(role), wait,
       openrouter({**said, "content": "", "reasoning": "Hm"}), openrouter({**said, "content": "Yes"}),
       openrouter({**said, "content": ", sir."}, "length", usage=counts(7, 5, cost=0.00001, completion_tokens_details={"reasoning_tokens": 1})))
out["openrouter-chat"] = out["openrouter-chat"].replace("\n", "\r\n")
stream("openrouter-error", wait, openrouter({**said, "content": "Ye"}),
       openrouter({"content": ""}, "error", error={"code": 502, "message": "Provider disconnected"}), done=False)


# OpenAI: the role at once, padding that is no text
def openai(delta, finish=None, usage=None):
    return chunk("chatcmpl-B", "gpt-5", delta, finish, service_tier="default", system_fingerprint=None, usage=usage, obfuscation="qV3kX0Zr")


stream("openai-chat", openai({**role, "refusal": None}), openai({"content": "One"}), openai({"content": " two"}), openai({}, "stop"),
       openai(None, usage=counts(8, 3, prompt_tokens_details={"cached_tokens": 0}, completion_tokens_details={"reasoning_tokens": 0})))

# Oddities of gateways: a byte order mark, CR alone, no space behind the colon, data on several
# lines, unknown fields, a comment sent as data, no [DONE], no empty line at the end
out["gateway-odd"] = (
    '\ufeff: hello\r\rretry: 100\rid: 7\revent: message\rdata:{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\r\r'
    'data: {"choices":[{"index":0,\rdata: "delta":{"content":"ünï"},\rdata: "finish_reason":null}]}\r\r'
    'data: : still there\r\runknown: 1\rdata: {"choices":[{"index":0,"delta":{"content":"code"}}]}\r\r'
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}')

for name, text in out.items():
    with open(name + ".sse", "wb") as f:
        f.write(text.encode())
