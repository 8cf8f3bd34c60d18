"""Small tokenizers of every kind, and what Python's `tokenizers` makes of 10 000 strings with them.

    python test/golden/tokenizers.py              trains and writes test/golden/tokenizers/
    python test/golden/tokenizers.py show KIND I  ids of string I, when a test says that they differ
    python test/golden/tokenizers.py check FILE   writes FILE.expected for any other tokenizer.json

tokenizers 0.23.3, sentencepiece 0.2.3 (for T5's table of characters, cut to some ranges). The strings are made by
the generator below, which tokenizers.ts mirrors from the same strings.json; their SHA-256 says that both agree. Training T5's anew gives a
slightly other one each time, so that all files in the folder belong together.
"""

import base64, gzip, hashlib, json, os, sys, tempfile, zlib

sys.path.pop(0)  # This file has the name of the package.
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tokenizers")
COUNT, VARIANT_COUNT = 10_000, 2_000
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
SENTENCES = [
    "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience.",
    "Tous les êtres humains naissent libres et égaux en dignité et en droits; ils sont doués de raison. L'été, où ça?",
    "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Größe, Straße, Übermut, Äpfel, schön.",
    "Todos los seres humanos nacen libres e iguales en dignidad y derechos. ¿Qué año es? ¡Mañana! 1492, 1789, 2024.",
    "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены разумом и совестью.",
    "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。 모든 인간은 태어날 때부터 자유로우며",
    "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
    "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "Q: Where was Marie Curie born?\nA: Warsaw\nQ: When did <|abcde|> die?\nA: 1934\n<|xyzab|> means <|qwert|>",
    "def f(x):\n    return [i ** 2 for i in range(x) if i % 2 == 0]  # squares\n\nprint(f(10))\tif (a != b) { c += 1; }",
    "I'm sure they're here; we've seen what he'd do, and it's what she'll say. DON'T! WE'RE, it's",
    "naïve café résumé 🙂 👍🏽 👩‍🚀 🇫🇷 “quotes” – dashes — …  3.14159 1,000,000 50% €20 £5 ½ ² №",
]


def spec():
    with open(os.path.join(HERE, "strings.json"), encoding="utf-8") as file:
        return json.load(file)


def randoms(seed):
    """mulberry32; below(n) is the high bits of the product, without rejection."""
    state = seed

    def below(n):
        nonlocal state
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ (state >> 15)) * (state | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        return ((t ^ (t >> 14)) * n) >> 32

    return below


def strings(count=COUNT):
    pools = spec()
    ranges, items = pools["ranges"], pools["items"]
    below = randoms(13)

    def piece(kind):
        if kind < len(ranges):
            first, last = ranges[kind]
            return "".join(chr(first + below(last - first + 1)) for _ in range(1 + below(5)))
        pool = items[kind - len(ranges)]
        return pool[below(len(pool))]

    made = []
    for i in range(count):
        kinds = [(i if k == 0 else below(1 << 30)) % (len(ranges) + len(items)) for k in range(1 + below(3))]
        text = ""
        for _ in range(1 + below(9)):
            text += piece(kinds[below(len(kinds))])
            if below(3) == 0:
                text += " "
        made.append(text)
    return made


def corpus():
    return SENTENCES * 3 + strings(400)


def train_bpe(tokenizer, special, size=520, **more):
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False, **more)
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def byte_level(special, pre, normalizer=None):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, pre
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return train_bpe(tokenizer, special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())


def gpt2():
    return byte_level(["<|endoftext|>"], pre_tokenizers.ByteLevel(add_prefix_space=False))


def neox():
    pre = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = byte_level(["<|endoftext|>", "<|padding|>"], pre, normalizers.NFC())
    tokenizer.add_tokens([AddedToken(" " * n, normalized=True) for n in range(8, 1, -1)])
    return tokenizer


def llama3():
    split = pre_tokenizers.Split(Regex(LLAMA3), "isolated")
    pre = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer = byte_level(["<|begin_of_text|>", "<|end_of_text|>"], pre)
    template = processors.TemplateProcessing("<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", 0)])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), template])
    return edited(tokenizer, lambda data: data["model"].update(ignore_merges=True))


def smollm2():
    digits, level = pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)
    return byte_level(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], pre_tokenizers.Sequence([digits, level]))


def llama2():
    special = ["<unk>", "<s>", "</s>"]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    # Words apart while training only: the normaliser alone would make one word of each text.
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    train_bpe(tokenizer, special + [f"<0x{byte:02X}>" for byte in range(256)], 640, limit_alphabet=90)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A", special_tokens=[("<s>", 1)])

    def as_llama(data):
        data["pre_tokenizer"] = None
        data["added_tokens"] = data["added_tokens"][:3]
        # Runs of spaces, which SentencePiece has as tokens.
        for n in (2, 4):
            data["model"]["vocab"]["▁" * n] = len(data["model"]["vocab"])
            data["model"]["merges"].append(["▁" * (n // 2)] * 2)

    return edited(tokenizer, as_llama)


def t5():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Precompiled(charsmap())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    special = ["<pad>", "</s>", "<unk>"]
    trainer = trainers.UnigramTrainer(vocab_size=600, special_tokens=special, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(SENTENCES * 3, trainer)
    tokenizer.add_special_tokens([f"<extra_id_{i}>" for i in range(3)])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing("$A </s>", special_tokens=[("</s>", 1)])
    return tokenizer


def charsmap():
    """nmt_nfkc of SentencePiece, cut to some ranges so that it is small, and compiled by SentencePiece again."""
    import sentencepiece, unicodedata

    data = os.path.join(os.path.dirname(sentencepiece.__file__), "package_data", "nmt_nfkc.bin")
    full = normalizers.Precompiled(open(data, "rb").read())
    ranges = [(1, 0x9F), (0xA0, 0x17F), (0x1680, 0x1680), (0x2000, 0x206F), (0x2150, 0x218B), (0x3000, 0x3001)]
    ranges += [(0x340, 0x345), (0xF900, 0xF920), (0xFB00, 0xFB06), (0xFE00, 0xFE0F), (0xFEFF, 0xFFFD), (0x1D400, 0x1D433)]
    sources = [chr(c) for first, last in ranges for c in range(first, last + 1)]
    sources += [unicodedata.normalize("NFD", chr(c)) for c in range(0xC0, 0x17F)]
    rules = {text: full.normalize_str(text) for text in sources}
    code = lambda text: " ".join(f"{ord(c):X}" for c in text)
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/rules.tsv", "w") as file:
            file.writelines(f"{code(a)}\t{code(b)}\n" for a, b in rules.items() if a != b)
        with open(f"{folder}/text", "w") as file:
            file.write("\n".join(SENTENCES))
        sentencepiece.SentencePieceTrainer.train(
            input=f"{folder}/text", model_prefix=f"{folder}/m", vocab_size=400, hard_vocab_limit=False,
            character_coverage=0.98, normalization_rule_tsv=f"{folder}/rules.tsv", minloglevel=2,
        )
        from sentencepiece import sentencepiece_model_pb2

        model = sentencepiece_model_pb2.ModelProto()
        model.ParseFromString(open(f"{folder}/m.model", "rb").read())
        return model.normalizer_spec.precompiled_charsmap


def edited(tokenizer, edit):
    data = json.loads(tokenizer.to_str())
    edit(data)
    return Tokenizer.from_str(json.dumps(data))


KINDS = {"gpt2": gpt2, "neox": neox, "llama3": llama3, "smollm2": smollm2, "llama2": llama2, "t5": t5}


def split(pattern, behavior, invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def sequence(*steps):
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}
    return {"type": "Sequence", "pretokenizers": [*steps, level]}


def added(content, **more):
    flags = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
    return {"id": 0, "content": content, **flags, **more}


METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
# Other ways to say things, each a change of the fields of one of the files.
VARIANTS = {
    "llama2-metaspace": ("llama2", {"normalizer": None, "pre_tokenizer": METASPACE}),
    "llama2-split": ("llama2", {"normalizer": None, "pre_tokenizer": {**METASPACE, "prepend_scheme": "never", "split": True}}),
    "t5-stripped": ("t5", {"pre_tokenizer": {**METASPACE, "prepend_scheme": "always", "split": True}, "normalizer": [
        {"type": "Strip", "strip_left": False, "strip_right": True},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}]}),
    "t5-plain": ("t5", {"normalizer": {"type": "NFKC"}}),
    "prefix": ("gpt2", {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}}),
    "previous": ("gpt2", {"pre_tokenizer": sequence(split({"String": " "}, "MergedWithPrevious"))}),
    "next": ("gpt2", {"pre_tokenizer": sequence(split({"Regex": r"\p{Lu}|\d"}, "MergedWithNext"))}),
    "contiguous": ("gpt2", {"pre_tokenizer": sequence(split({"Regex": r"\s|\p{P}"}, "Contiguous"))}),
    "removed": ("gpt2", {"pre_tokenizer": sequence(split({"String": " "}, "Removed"))}),
    "inverted": ("gpt2", {"pre_tokenizer": sequence(split({"Regex": r"\w+|[^\w\s]"}, "Removed", True))}),
    "digits": ("gpt2", {"pre_tokenizer": sequence({"type": "Digits", "individual_digits": False})}),
    "whitespace": ("gpt2", {"pre_tokenizer": sequence({"type": "Whitespace"})}),
    "delimiter": ("gpt2", {"pre_tokenizer": sequence({"type": "CharDelimiterSplit", "delimiter": "-"})}),
    "lowercase": ("gpt2", {"normalizer": [{"type": "NFD"}, {"type": "Lowercase"}]}),
    "nfkd": ("gpt2", {"normalizer": [{"type": "Strip", "strip_left": True, "strip_right": True}, {"type": "NFKD"}]}),
    "added": ("neox", {"added_tokens": [added("<|endoftext|>", lstrip=True, rstrip=True), added("a", single_word=True),
        added("é", normalized=True, special=False), added("<|abcde|>", rstrip=True, special=False)]}),
}


def variant(base, fields):
    data = json.loads(base)
    for name, value in fields.items():
        if name == "added_tokens":
            vocab = data["model"]["vocab"]
            ids = {text: len(vocab) + i for i, text in enumerate(t["content"] for t in value if t["content"] not in vocab)}
            value = [{**token, "id": {**ids, **vocab}[token["content"]]} for token in value]
        if isinstance(value, list) and name == "normalizer":
            kept = [data["normalizer"]] if data["normalizer"] else []
            value = {"type": "Sequence", "normalizers": kept + value}
        data[name] = value
    return data


def expected(tokenizer, texts):
    """Four bytes a string: 16 bits of the CRC-32 of its ids, and of the text that the ids decode to."""
    bits = bytearray()
    for encoding in tokenizer.encode_batch(texts):
        for text in (",".join(map(str, encoding.ids)), tokenizer.decode(encoding.ids)):
            bits += (zlib.crc32(text.encode()) & 0xFFFF).to_bytes(2, "little")
    return base64.b64encode(bytes(bits)).decode()


def write_gz(name, text):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(gzip.compress(text.encode(), 9, mtime=0))


def read(kind):
    base, fields = VARIANTS.get(kind, (kind, {}))
    with gzip.open(os.path.join(HERE, f"{base}.json.gz"), "rt", encoding="utf-8") as file:
        return Tokenizer.from_str(json.dumps(variant(file.read(), fields)))


def main():
    texts = strings()
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    golden = {"count": COUNT, "sha256": digest, "kinds": {}, "variants": {}}
    made = {}
    for kind, make in KINDS.items():
        made[kind] = make().to_str()
        write_gz(f"{kind}.json.gz", made[kind])
        golden["kinds"][kind] = expected(Tokenizer.from_str(made[kind]), texts)
    for name, (base, fields) in VARIANTS.items():
        data = variant(made[base], fields)
        changed = {key: data[key] for key in fields}
        bits = expected(Tokenizer.from_str(json.dumps(data)), texts[:VARIANT_COUNT])
        golden["variants"][name] = {"base": base, "fields": changed, "expected": bits}
    write_gz("expected.json.gz", json.dumps(golden, ensure_ascii=False))


if __name__ == "__main__":
    if sys.argv[1:2] == ["show"]:
        text = strings()[int(sys.argv[3])]
        encoding = read(sys.argv[2]).encode(text)
        print(json.dumps(text), encoding.ids, encoding.tokens, repr(read(sys.argv[2]).decode(encoding.ids)), sep="\n")
    elif sys.argv[1:2] == ["check"]:
        with open(f"{sys.argv[2]}.expected", "w") as file:
            file.write(expected(Tokenizer.from_file(sys.argv[2]), strings()))
    else:
        main()
