"""Writes spm.json and strings.json of this folder with the reference implementation.

Made with Python 3 and `pip install tokenizers==0.22.2`; run from this folder.
The Go tests only read the results.

spm.json      the reference trainer on corpus.txt: characters with byte fallback
strings.json  fragments; and for each variant of a file the parts that are changed, the
              ids of some texts, and a hash of the ids of every 100 of many texts that
              are drawn from the fragments
"""

import hashlib
import json
import struct
from tokenizers import Tokenizer, models, normalizers, trainers

TEXTS = 800  # of each variant

FRAGMENTS = [
    " ", "  ", "   ", "\n", "\n\n", "\r\n", "\t", " \n", "a", "the", " the", "lamp", " lamp", "Anna", " has", "Tom's", "don't", "WE'LL", "'ſ", "x'",
    "1", "12", "345", "6789", "½", "٣", "3a4", ".", "...", "!", "?!", " (", ")", "[b]", "{c}", "+", "=", "-> ", "#", "/", "//x", "$5", "`", "_", "<", "<tool", "é", "e\u0301",
    "Füße", "naïve", "ÅNGSTRÖM", "日本", "語", "テキスト", "русский", "Ελληνικά", "עברית", "हिन्दी", "กำลัง", "😀", "👩‍👧", "\u00a0", "\u2003", "\u2028", "\u0085", "\u200b", "▁", "▁▁", "McDonald", "iPhone15", "ABCdef", "snake_case", "，。", "！a",
    "<a>", "<b>", "<c>", "<d>", "a<c>", "<c> ", "é>", "<é>",
]
NAMES = ["<s>", "</s>", "<|end|>", " <|end|> ", "<|pad|>x"]


def drawn(names):
    """Texts of 1 to 12 fragments, by a generator that is easy to write again."""
    parts, state = FRAGMENTS + (NAMES if names else []), 19

    def draw(n):
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 33) % n

    for _ in range(TEXTS):
        yield "".join(parts[draw(len(parts))] for _ in range(1 + draw(12)))


def digest(lists):
    h = hashlib.sha256()
    for ids in lists:
        h.update(struct.pack(f"<i{len(ids)}i", len(ids), *ids))
    return h.hexdigest()[:8]


# The vocabulary of characters: <unk>, <s>, </s>, the bytes, and what is learned.
t = Tokenizer(models.BPE())
t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
with open("corpus.txt", encoding="utf-8") as f:
    t.train_from_iterator(f.read().splitlines(), trainers.BpeTrainer(vocab_size=260, show_progress=False, initial_alphabet=list("é日ü▁\n")))
spm = json.loads(t.to_str())
learned = sorted(spm["model"]["vocab"], key=spm["model"]["vocab"].get)
special = ["<unk>", "<s>", "</s>"]
flag = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
spm["model"].update(unk_token="<unk>", fuse_unk=True, byte_fallback=True,
                    vocab={name: i for i, name in enumerate(special + [f"<0x{b:02X}>" for b in range(256)] + learned)})
spm["added_tokens"] = [{"id": i, "content": c, **flag} for i, c in enumerate(special)]
replace = lambda a, b: {"type": "Replace", "pattern": {"String": a}, "content": b}
decode = [replace("▁", " "), {"type": "ByteFallback"}, {"type": "Fuse"}]
strip = {"type": "Strip", "content": " ", "start": 1, "stop": 0}
spm["decoder"] = {"type": "Sequence", "decoders": decode + [strip]}
begin = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
spm["post_processor"] = begin
with open("spm.json", "w", encoding="utf-8") as f:
    json.dump(spm, f, ensure_ascii=False, separators=(",", ":"))
    f.write("\n")


def metaspace(scheme, split):
    return {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}


def flagged(base, first, **more):
    """The added tokens of a file and four that texts may name."""
    flags = [dict(lstrip=True), dict(rstrip=True), dict(single_word=True), dict(lstrip=True, rstrip=True, single_word=True)]
    return base["added_tokens"] + [{"id": first + i, "content": c, **flag, "special": False, **f, **more}
                                   for i, (c, f) in enumerate(zip(["<a>", "<b>", "<c>", "<d>"], flags))]


def split(*patterns, before=[], after=[], regex=False):
    return {"type": "Sequence", "pretokenizers": before + [
        {"type": "Split", "pattern": {"Regex": p}, "behavior": "Isolated", "invert": False} for p in patterns
    ] + after + [{"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": regex}]}


with open("trained.json", encoding="utf-8") as f:
    trained = json.load(f)
size, many = len(trained["model"]["vocab"]), len(spm["model"]["vocab"])
plain = {"type": "Sequence", "decoders": decode}
HAN = r"[一-龥ࠀ-一가-\x{d7ff}]+"
WORD = r"[^\r\n\p{L}\p{N}]?"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
SHORT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
REST = r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = SHORT + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
digits = lambda one: {"type": "Digits", "individual_digits": one}
VARIANTS = {
    "prepend": ("spm", True, {}),
    "replace": ("spm", True, {"normalizer": replace(" ", "▁"), "decoder": plain,
                              "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False}}),
    "metaspace first": ("spm", True, {"normalizer": None, "pre_tokenizer": metaspace("first", False)}),
    "metaspace always": ("spm", True, {"normalizer": None, "pre_tokenizer": metaspace("always", True)}),
    "metaspace never": ("spm", True, {"normalizer": None, "pre_tokenizer": metaspace("never", True), "decoder": plain}),
    "flags of characters": ("spm", True, {"added_tokens": flagged(spm, many)}),
    "flags after metaspace": ("spm", True, {"normalizer": None, "pre_tokenizer": metaspace("first", False), "added_tokens": flagged(spm, many, normalized=True)}),
    "flags of bytes": ("trained", True, {"added_tokens": flagged(trained, size)}),
    "normalised": ("trained", True, {"normalizer": {"type": "NFC"}, "added_tokens": flagged(trained, size, normalized=True)}),
    "deepseek-coder": ("trained", False, {"pre_tokenizer": split(r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", HAN, after=[digits(True)])}),
    "deepseek-v3": ("trained", False, {"pre_tokenizer": split(r"\p{N}{1,3}", "[一-龥\u3040-ゟ゠-ヿ]+",
        r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+""")}),
    "tekken": ("trained", False, {"pre_tokenizer": split(WORD + UPPER + "*" + LOWER + "+|" + WORD + UPPER + "+" + LOWER + r"*|\p{N}|" + REST)}),
    "gpt-4o": ("trained", False, {"pre_tokenizer": split(WORD + UPPER + "*" + LOWER + "+" + SHORT + "?|" + WORD + UPPER + "+" + LOWER + "*" + SHORT + r"?|\p{N}{1,3}|" + REST)}),
    "seed-coder": ("trained", False, {"pre_tokenizer": split(SHORT + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}" + "\r\n" + r"]+|\s*[" + "\r\n" + r"]+|\s+(?!\S)|\s+")}),
    "lines": ("trained", False, {"pre_tokenizer": split(r"[\r\n]", r"\s+$", r"\d+|\S\S")}),
    "split twice": ("trained", False, {"pre_tokenizer": split(LLAMA3, regex=True)}),
    "digits together": ("trained", False, {"pre_tokenizer": split(before=[digits(False)], regex=True)}),
    "punctuation": ("trained", False, {"pre_tokenizer": split(before=[{"type": "Punctuation", "behavior": "Contiguous"}])}),
    "whole": ("trained", False, {"pre_tokenizer": split()}),
}

out = {"fragments": FRAGMENTS, "names": NAMES, "texts": TEXTS, "variants": []}
for name, (base, names, parts) in VARIANTS.items():
    file = {**(spm if base == "spm" else trained), **parts}
    t = Tokenizer.from_str(json.dumps(file))
    texts = list(drawn(names))
    ids = [t.encode(s, add_special_tokens=False).ids for s in texts]
    front = t.encode("x").ids[:-len(t.encode("x", add_special_tokens=False).ids)]
    out["variants"].append({"name": name, "file": base, "names": names, "parts": parts, "begin": front,
                            "some": [{"text": s, "ids": i, "decoded": t.decode(i)} for s, i in list(zip(texts, ids))[:3]],
                            "hashes": [digest(ids[i:i + 100]) for i in range(0, TEXTS, 100)]})
with open("strings.json", "w", encoding="utf-8") as f:
    json.dump(out, f, ensure_ascii=False, separators=(",", ":"))
    f.write("\n")
