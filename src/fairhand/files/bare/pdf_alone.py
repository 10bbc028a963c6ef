"""The process that writes a PDF anew: python -I pdf_alone.py SOURCE TARGET SECONDS MEMORY_BYTES FILE_BYTES

It imports nothing of Fairhand, and is told its bounds. Its exit code says how it went.
"""

import contextlib
import resource
import sys
import zlib
from typing import Any

LOCKED, NOT_HERE = 3, 4

# Of the document's root. Names of what is attached, scripts, forms of programs (XFA), reading threads go.
_IN_ROOT = frozenset((
    "/Type", "/Version", "/Extensions", "/Pages", "/PageLabels", "/Names", "/Dests", "/ViewerPreferences",
    "/PageLayout", "/PageMode", "/Outlines", "/OpenAction", "/AcroForm", "/MarkInfo", "/StructTreeRoot", "/Lang",
    "/OutputIntents", "/OCProperties",
))  # fmt: skip
_IN_TRAILER = frozenset(("/Root", "/Size", "/Encrypt"))
_IN_NAMES = frozenset(("/Dests",))
# Of any dictionary: what a program keeps for itself, and when. Other keys go by what stands around them, since pictures
# and letters in a document may be called anything.
_GONE = frozenset(("/PieceInfo", "/LastModified", "/CreatorInfo"))
_STARTS = frozenset(("/A", "/OpenAction", "/Next"))
_ACTIONS = ("/GoTo", "/URI", "/Named")
# Remarks in the margin: who wrote them and when. A field of a form has its own name under /T, which it needs.
_OF_REMARKS = frozenset(("/T", "/M", "/CreationDate", "/NM"))
_LOADED = ("/FileAttachment", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia")
_OF_SIGNATURES = frozenset((
    "/Name", "/Location", "/Reason", "/ContactInfo", "/M", "/Contents", "/Cert", "/Prop_Build", "/Reference",
    "/ByteRange",
))  # fmt: skip
_PICTURE_BYTES_MAX = 200 * 1024 * 1024
_JPEG_KEPT = (0xE0, 0xE2, 0xEE)  # how it is coded and what its colours mean; the others say what made it, and where


def main() -> None:
    """Clean one document within its bounds."""
    source, target, seconds, memory, most = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
    for kind, bound in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, most)):
        with contextlib.suppress(ValueError, OSError):  # a system without such a bound: the clock is left
            resource.setrlimit(kind, (bound, bound))
    try:
        import pikepdf  # within its bounds too; and its absence is said
    except ImportError as error:
        print(error, file=sys.stderr)
        sys.exit(NOT_HERE)
    try:
        # Locked against changes only, it opens without a password, and is kept open.
        with pikepdf.open(source) as pdf:
            _clean(pikepdf, pdf)
            # Its identifiers come from what is in it: the same document sent twice is the same file.
            pdf.save(target, deterministic_id=True, fix_metadata_version=False)
    except pikepdf.PasswordError:
        sys.exit(LOCKED)


def _clean(pikepdf: Any, pdf: Any) -> None:
    """Take out what is not the document itself. Raises ValueError for one without pages."""
    if not len(pdf.pages):
        raise ValueError("no pages")
    _only(pdf.trailer, _IN_TRAILER)
    _only(pdf.Root, _IN_ROOT)
    if _is(pikepdf, pdf.Root.get("/Names")):
        _only(pdf.Root.Names, _IN_NAMES)
    if _is(pikepdf, form := pdf.Root.get("/AcroForm")):
        _drop(form, ("/XFA", "/SigFlags"))  # what was signed was changed
    waiting = list(pdf.objects)
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Array):
            inside = list(found)
            for place in range(len(inside) - 1, -1, -1):
                if _loads(pikepdf, inside[place]):
                    del found[place]
                elif _holds(pikepdf, inside[place]):
                    waiting.append(inside[place])
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            _strip(pikepdf, found)
            waiting += [each for _, each in found.items() if _holds(pikepdf, each)]


def _is(pikepdf: Any, found: Any) -> bool:
    return isinstance(found, pikepdf.Dictionary)


def _holds(pikepdf: Any, found: Any) -> bool:
    """What stands in another object and holds some itself; those that stand alone are listed anyway."""
    return (
        isinstance(found, pikepdf.Object)
        and not found.is_indirect
        and isinstance(found, pikepdf.Dictionary | pikepdf.Array)
    )


def _loads(pikepdf: Any, found: Any) -> bool:
    """A sign on a page that opens or plays something attached."""
    return (
        isinstance(found, pikepdf.Object)
        and _is(pikepdf, found)
        and "/Rect" in found
        and found.get("/Subtype") in _LOADED
    )


def _only(found: Any, kept: Any) -> None:
    _drop(found, [key for key in found.keys() if key not in kept])  # noqa: SIM118  # it is no dict


def _drop(found: Any, keys: Any) -> None:
    for key in keys:
        if key in found:
            del found[key]


def _strip(pikepdf: Any, found: Any) -> None:
    """Take out of one dictionary, or of a stream's, what it says too much."""
    has = frozenset(found.keys())  # once: documents have many dictionaries, and each question costs
    stream = isinstance(found, pikepdf.Stream)
    if stream:
        _drop(found, has & {"/F", "/FFilter"})  # its content would be another file's
    gone = has & _GONE
    if "/Metadata" in has and isinstance(found["/Metadata"], pikepdf.Stream):
        gone |= {"/Metadata"}
    if stream or "/Type" in has:
        gone |= has & {"/AF"}
    kind = found["/Type"] if "/Type" in has else None
    if kind == "/Page":
        gone |= has & {"/AA", "/Thumb", "/B"}
    if kind == "/Sig" or "/ByteRange" in has:
        gone |= has & _OF_SIGNATURES
    if "/EF" in has and has & {"/F", "/UF"}:
        gone |= {"/EF"}
    if has & {"/Rect", "/FT"}:  # a sign on a page, or a field of a form
        gone |= has & {"/AA"}
        if "/Rect" in has and found.get("/Subtype") != "/Widget":
            gone |= has & _OF_REMARKS
    gone |= {key for key in has & _STARTS if _runs(pikepdf, key, found[key])}
    _drop(found, gone)
    if stream and "/Filter" in has:
        _strip_picture(pikepdf, found)


def _runs(pikepdf: Any, key: str, acts: Any) -> bool:
    """Whether what a key starts is more than going somewhere."""
    if isinstance(acts, pikepdf.Array):
        return key == "/Next"  # several actions; where to go, otherwise
    return _is(pikepdf, acts) and "/S" in acts and acts["/S"] not in _ACTIONS


def _strip_picture(pikepdf: Any, stream: Any) -> None:
    """A JPEG in the document without what the camera wrote into it, its pixels as they are."""
    said, told = stream["/Filter"], stream.get("/DecodeParms")
    filters = [str(each) for each in said] if isinstance(said, pikepdf.Array) else [str(said)]
    if filters not in (["/DCTDecode"], ["/FlateDecode", "/DCTDecode"]):
        return
    came = stream.read_raw_bytes()
    if len(filters) > 1:
        unpacked = zlib.decompressobj()
        came = unpacked.decompress(came, _PICTURE_BYTES_MAX)
        if unpacked.unconsumed_tail:
            raise ValueError("a picture that unpacks to too much")
    bare = bare_jpeg(came)
    if bare != came:
        if isinstance(told, pikepdf.Array):
            told = told[len(filters) - 1] if len(told) == len(filters) else None
        stream.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=told if _is(pikepdf, told) else None)


def bare_jpeg(came: bytes) -> bytes:
    """A JPEG without its remarks; bytes that are none, or are cut short, as they are."""
    kept, at = [came[:2]], 2
    while came[at : at + 1] == b"\xff" and at + 4 <= len(came):
        mark = came[at + 1]
        if mark == 0xFF:  # filling
            at += 1
            continue
        if mark == 0xDA:
            return b"".join([*kept, came[at:]])
        end = at + 2 + int.from_bytes(came[at + 2 : at + 4], "big")
        if mark != 0xFE and (not 0xE0 <= mark <= 0xEF or mark in _JPEG_KEPT):
            kept.append(came[at:end])
        at = end
    return came


if __name__ == "__main__":
    main()
