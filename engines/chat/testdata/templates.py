"""Writes templates.json of this folder: chat templates and prompts that the reference makes.

Made with Python 3 and `pip install transformers==4.57.6`; run from this folder with the
folder "models/templates" of llama.cpp (llama-cpp-python 0.3.36 holds its source), a clone of
monash-yann/dllm-research, and a GGUF file of SmolLM2-135M-Instruct:

    python templates.py LLAMA.CPP/models/templates DLLM-RESEARCH SMOLLM2.gguf

The Go tests only read the result. Kept are templates under Apache-2.0 (Qwen, Dream, SmolLM2,
Granite, Mistral) and MIT (LLaDA, Phi).
"""

import datetime
import json
import subprocess
import sys
from transformers.utils.chat_template_utils import render_jinja_template

folder, research, smollm = sys.argv[1:]


def show(repo, path):
    return subprocess.run(["git", "-C", repo, "show", "HEAD:" + path], capture_output=True, text=True, check=True).stdout


def llama_cpp(name):
    with open(f"{folder}/{name}.jinja", encoding="utf-8") as f:
        return f.read()


def of_gguf(path):
    with open(path, "rb") as f:
        head = f.read(1 << 23)
    key = b"tokenizer.chat_template"
    at = head.index(key) + len(key) + 4  # and the type
    n = int.from_bytes(head[at:at + 8], "little")
    return head[at + 8:at + 8 + n].decode()


TEMPLATES = {
    "Qwen2.5": (llama_cpp("Qwen-Qwen2.5-7B-Instruct"), {"eos_token": "<|im_end|>"}),
    "Qwen3": (llama_cpp("Qwen-Qwen3-0.6B"), {"eos_token": "<|im_end|>"}),
    "Dream": (json.loads(show(research, "models/Dream-7B-Instruct/tokenizer_config.json"))["chat_template"], {"bos_token": "<|beginoftext|>", "eos_token": "<|im_end|>"}),
    "LLaDA": (json.loads(show(research, "models/LLaDA-8B-Instruct/tokenizer_config.json"))["chat_template"], {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>"}),
    "SmolLM2": (of_gguf(smollm), {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>"}),
    "Phi-3.5": (llama_cpp("microsoft-Phi-3.5-mini-instruct"), {"bos_token": "<s>", "eos_token": "<|endoftext|>"}),
    "Mistral-Nemo": (llama_cpp("mistralai-Mistral-Nemo-Instruct-2407"), {"bos_token": "<s>", "eos_token": "</s>"}),
    "Granite 3.3": (llama_cpp("ibm-granite-granite-3.3-2B-Instruct"), {"eos_token": "<|end_of_text|>", "bos_token": "<|end_of_text|>"}),
    # written for this file, with what the templates of Llama 3 and Gemma do
    "trims": ("{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system text') }}{% endif %}"
              "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m['content'] | trim }}<end_of_turn>\n{% endfor %}"
              "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}", {"bos_token": "<bos>"}),
    "system in the question": ("{{ bos_token }}{% set s = '' %}{% if messages[0].role == 'system' %}{% set s = messages[0].content + '\n\n' %}{% set messages = messages[1:] %}{% endif %}"
                               "{% for m in messages %}<start_of_turn>{{ m.role }}\n{{ s if loop.first else '' }}{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
                               "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}", {"bos_token": "<bos>"}),
    "dated": ("{{- bos_token }}{%- if messages[0]['role'] == 'system' %}{%- set s = messages[0]['content']|trim %}{%- set messages = messages[1:] %}{%- else %}{%- set s = '' %}{%- endif %}"
              "{{- '<|start_header_id|>system<|end_header_id|>\\n\\nToday: ' + date_string|default('26 Jul 2024') + '\\n\\n' + s + '<|eot_id|>' }}"
              "{%- for m in messages %}{{- '<|start_header_id|>' + m['role'] + '<|end_header_id|>\\n\\n' + m['content'] | trim + '<|eot_id|>' }}{%- endfor %}"
              "{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}", {"bos_token": "<|begin_of_text|>"}),
}
QUESTIONS = ["Why?", " Is <|im_end|><|eot_id|></s> a token?\n{{ 7*7 }} \"it's\"\n\n\t"]

out = []
for name, (template, tokens) in TEMPLATES.items():
    cases = []
    for system in (None, " Be brief. "):
        for thinking in (None, False):
            for question in QUESTIONS:
                messages = ([{"role": "system", "content": system}] if system is not None else []) + [{"role": "user", "content": question}]
                extra = {"strftime_now": datetime.datetime(2024, 7, 26, 12).strftime}  # as here, whatever the day
                extra |= {} if thinking is None else {"enable_thinking": thinking}
                try:
                    text = render_jinja_template([messages], chat_template=template, add_generation_prompt=True, **tokens, **extra)[0][0]
                except Exception as e:
                    text = None
                cases.append({"system": system, "thinking": thinking, "question": question, "text": text})
    out.append({"name": name, "template": template, "tokens": tokens, "cases": cases})
with open("templates.json", "w", encoding="utf-8") as f:
    json.dump(out, f, ensure_ascii=False, indent=0)
    f.write("\n")
