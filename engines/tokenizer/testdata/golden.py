"""Writes the *.json files of this folder with the reference implementation.

Made with Python 3 and `pip install tokenizers==0.23.3`; run from this folder.
The Go tests only read the results.

trained.json  the reference trainer on corpus.txt, options as in train_test.go
gpt2.json     the same merges in the old form ("a b"), bare ByteLevel
llama3.json   the Llama 3 split, ignore_merges, and a token no merge reaches
qwen2.json    the Qwen2 split, NFC, added tokens that are not special
llada.json    the LLaDA split
golden.json   for each of these files the ids of all texts
"""

import json
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from tokenizers.pre_tokenizers import ByteLevel, Digits, Sequence

SPECIALS = ["<|pad|>", "<|end|>", "<|mask|>"] + [f"<|reserved_{i}|>" for i in range(13)]
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
LLADA = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"

TEXTS = [
    "", " ", "  ", "a", "\n", "Anna has the red ball.", "12+34=46", "sort 9 1 10 -> 1 9 10",
    "Tom gives the lamp to Mia. Who has the lamp? Mia", " leading", "trailing   ", "two  spaces   three",
    "line\nline\n\nline\r\n\r\n  indented\n  \n\tab\t\ttabs", "don't DON'T we'll WE'LL I'm it's 'quoted' 'S'ſx 've",
    "x=1;y=22;z=333;w=4444;v=12345", "1 2  3   4", "½ ² ٣ Ⅷ 一二三 3a4", "Füße naïve Ångström Å é é",
    "日本語 テキスト русский עברית", "😀👩‍👩‍👧 ok", "!!! ??? ... --- <|x|> (a)[b]{c}", "a!\n\n b?\r\n c", " !\n ?\n",
    "\u00a0nbsp\u2003em\u2028ls\u0085nel\u200bzw\u180emv\x1cfs", "\x00\x01\x7f control", "ends with space \n ",
    "1 . . 4\n. 4 1 .\n4 . . 1\n. 1 4 .", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "the the the  thethethe", "it's 's' s's", "lamplamp lamp", "<tool>a lamp</tool> <tool", "zq zq\u00ad",
]


def save(name, data):
    with open(name, "w") as f:
        json.dump(data, f, ensure_ascii=False, separators=(",", ":"))
        f.write("\n")


trained = Tokenizer(models.BPE())
trained.pre_tokenizer = Sequence([Digits(individual_digits=True), ByteLevel(add_prefix_space=False, use_regex=True)])
trained.decoder = decoders.ByteLevel()
with open("corpus.txt", encoding="utf-8") as f:
    trained.train_from_iterator(f.read().splitlines(keepends=True), trainers.BpeTrainer(
        vocab_size=384, min_frequency=2, special_tokens=SPECIALS,
        initial_alphabet=ByteLevel.alphabet(), show_progress=False))
base = json.loads(trained.to_str())
save("trained.json", base)


def variant(pre, **changes):
    out = json.loads(json.dumps(base))
    out["pre_tokenizer"] = pre
    for key, value in changes.items():
        (out["model"] if key in out["model"] else out)[key] = value
    return out


def split(pattern):
    return {"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
        {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}]}


bare = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
gpt2 = variant(bare, merges=[" ".join(m) for m in base["model"]["merges"]])
del gpt2["model"]["type"]
save("gpt2.json", gpt2)
n = len(base["model"]["vocab"])
save("llama3.json", variant(split(LLAMA3), ignore_merges=True, vocab={**base["model"]["vocab"], "zq": n, "Ġzq": n + 1}))
tools = [{"id": n + i, "content": c, "single_word": False, "lstrip": False, "rstrip": False,
          "normalized": False, "special": False} for i, c in enumerate(["<tool>", "</tool>", "<tool"])]
save("qwen2.json", variant(split(QWEN2), normalizer={"type": "NFC"}, added_tokens=base["added_tokens"] + tools))
save("llada.json", variant(split(LLADA)))

golden = {}
for name in ["trained", "gpt2", "llama3", "qwen2", "llada"]:
    t = Tokenizer.from_file(f"{name}.json")
    golden[name] = [{"text": s, "ids": t.encode(s).ids} for s in TEXTS]
    for e in golden[name]:
        assert name == "qwen2" or t.decode(e["ids"]) == e["text"], e
save("golden.json", golden)
