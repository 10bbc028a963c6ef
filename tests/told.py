"""Sound, film and documents that say everything of themselves that their kind has a place for: every such place holds
SECRET. Made here byte by byte; SOUND is what is to be left as it is."""

import functools
import io
import random
import struct
from collections.abc import Mapping

import pikepdf

from tests import samples

SECRET = b"Somebody in 31.2N"
SOUND = random.Random(7).randbytes(3_000)
PLACES = SECRET * 9  # what a camera writes beside the film, in a track of its own
_SAID = b"artist=" + SECRET


def _le(number: int) -> bytes:
    return struct.pack("<I", number)


def _be(number: int) -> bytes:
    return struct.pack(">I", number)


# Tags around other files


def id3(content: bytes = SECRET * 3) -> bytes:
    """A tag of version 2, its length in seven bits a byte."""
    return b"ID3\x04\0\0" + bytes(len(content) >> shift & 0x7F for shift in (21, 14, 7, 0)) + content


def tails() -> bytes:
    """Lyrics, an APE tag with its head, and a tag of version 1: as they follow each other."""
    words = b"LYRICSBEGIN" + SECRET
    items = _le(len(SECRET)) + bytes(4) + b"Artist\0" + SECRET
    ape = b"APETAGEX" + _le(2000) + _le(len(items) + 32) + _le(1)
    return (
        words + b"%06dLYRICS200" % len(words) + ape + b"\0\0\0\xa0" + bytes(8) + items + ape + b"\0\0\0\x80" + bytes(8)
        + b"TAG" + SECRET.ljust(125, b"\0")
    )  # fmt: skip


# Sound


def wav(*, told: bool = True) -> bytes:
    """Sixteen bits, one channel."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return name + _le(len(content)) + content + bytes(len(content) % 2)

    form = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8_000, 16_000, 2, 16))
    said = chunk(b"LIST", b"INFO" + chunk(b"IART", SECRET)) + chunk(b"bext", SECRET * 20) + chunk(b"id3 ", id3())
    after = chunk(b"iXML", SECRET) + chunk(b"junk", SECRET)
    body = b"WAVE" + (said if told else b"") + form + chunk(b"data", SOUND) + (after if told else b"")
    return b"RIFF" + _le(len(body)) + body + (id3() if told else b"")


def mp3(*, told: bool = True) -> bytes:
    """Frames of 417 bytes; `told`: with something between them, too."""
    frames = [b"\xff\xfb\x90\x64" + SOUND[at : at + 413].replace(b"\xff", b"\0") for at in range(0, 2_400, 400)]
    if not told:
        return b"".join(frames)
    return id3() + id3() + b"".join(frames[:3]) + SECRET + b"".join(frames[3:]) + tails()


def flac(*, told: bool = True) -> bytes:
    """A stream, where to seek in it, and frames."""

    def block(kind: int, content: bytes, last: bool = False) -> bytes:
        return bytes([kind | (0x80 if last else 0)]) + struct.pack(">I", len(content))[1:] + content

    said = block(4, comments()) + block(6, SECRET * 99) + block(2, b"prog" + SECRET) + block(5, SECRET)
    stream, seeks = block(0, b"\x10\0" + bytes(32)), bytes(18)
    if not told:
        return b"fLaC" + stream + block(3, seeks, last=True) + b"\xff\xf8" + SOUND
    return b"fLaC" + stream + said + block(3, seeks) + block(1, SECRET, last=True) + b"\xff\xf8" + SOUND + tails()


def comments(vendor: bytes = SECRET) -> bytes:
    """A list of comments as Xiph's formats have it, with a picture."""
    said = (_SAID, b"METADATA_BLOCK_PICTURE=" + SECRET * 40)
    return _le(len(vendor)) + vendor + _le(len(said)) + b"".join(_le(len(each)) + each for each in said)


def checksum(page: bytes) -> int:
    """Ogg's, bit by bit as it is defined."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ (0x04C11DB7 if found & 0x80000000 else 0)) & 0xFFFFFFFF
    return found


def page(serial: int, number: int, packets: list[bytes], flags: int = 0, cut: bool = False) -> bytes:
    """A page of whole packets; `cut`: the last one goes on in the next page."""
    lacing = b"".join(b"\xff" * (len(each) // 255) + bytes([len(each) % 255]) for each in packets)
    lacing = lacing[:-1] if cut else lacing
    head = b"OggS\0" + bytes([flags]) + bytes(8) + _le(serial) + _le(number)
    body = bytes([len(lacing)]) + lacing + b"".join(packets)
    return head + _le(checksum(head + bytes(4) + body)) + body


def ogg(kind: str = "vorbis") -> bytes:
    """Comments over two pages, the set-up behind them, then sound; a skeleton goes beside."""
    first, said = {
        "vorbis": (b"\x01vorbis" + bytes(23), b"\x03vorbis" + comments() + b"\x01"),
        "opus": (b"OpusHead" + bytes(11), b"OpusTags" + comments()),
        "theora": (b"\x80theora" + bytes(35), b"\x81theora" + comments()),
        "flac": (b"\x7fFLAC\1\0\0\2fLaC" + bytes(38), b"\4" + _be(len(comments()))[1:] + comments()),
    }[kind]
    rest = {"vorbis": b"\x05vorbis", "theora": b"\x82theora", "flac": b"\x86" + _be(17)[1:]}.get(kind, b"")
    third = [rest + (SECRET if kind == "flac" else SOUND[:100])] if rest else []
    return b"".join((
        page(1, 0, [first], 2), page(2, 0, [b"fishead\0" + SECRET], 2), page(1, 1, [said[:510]], cut=True),
        page(1, 2, [said[510:], *third], 1), page(2, 1, [SECRET], 4), b"between", page(1, 3, [b"\xff" + SOUND], 4),
    ))  # fmt: skip


# Film


def _box(kind: bytes, *parts: bytes, wide: bool = False) -> bytes:
    content = b"".join(parts)
    if wide:
        return _be(1) + kind + struct.pack(">Q", len(content) + 16) + content
    return _be(len(content) + 8) + kind + content


def _track(handler: bytes, number: int, starts: list[int], size: int) -> bytes:
    """Two samples a chunk, each of `size` bytes."""
    many = 2 * len(starts)
    said = SECRET.ljust(32, b"\0") if handler == b"vide" else b""  # the encoder's name, which entries of film have
    entry = _box(b"avc1" if said else b"mp4a", bytes(42 if said else 28), said, bytes(4 if said else 0), _box(b"pasp"))
    table = _box(
        b"stbl", _box(b"stsd", bytes(4), _be(1), entry), _box(b"stts", bytes(4), _be(1), _be(many), _be(1)),
        _box(b"stsc", bytes(4), _be(1), _be(1), _be(2), _be(1)),
        _box(b"stsz", bytes(8), _be(many), _be(size) * many),
        _box(b"stco", bytes(4), _be(len(starts)), *map(_be, starts)), _box(b"uuid", SECRET),
    )  # fmt: skip
    refers = _box(b"dinf", _box(b"dref", bytes(4), _be(1), _box(b"url ", bytes(4), SECRET)))
    return _box(
        b"trak", _box(b"tkhd", bytes(4), b"TIMETIME", _be(number), bytes(68)), _box(b"udta", _box(b"name", SECRET)),
        _box(b"mdia", _box(b"mdhd", b"\1\0\0\0", b"TIMETIME" * 2, bytes(16)),
             _box(b"hdlr", bytes(8), handler, bytes(12), SECRET, b"\0"),
             _box(b"minf", _box(b"vmhd", bytes(12)), refers, table)),
        _box(b"meta", bytes(4), SECRET), _be(0),
    )  # fmt: skip


@functools.cache
def mp4(brand: bytes = b"isom", *, wide: bool = False) -> bytes:
    """Film in two chunks, places between them, sound behind; a gap that nothing points at holds something, too."""
    picture, sound = SOUND[:1_000], SOUND[1_000:2_000]
    stored = [SECRET, picture[:500], PLACES[:150], picture[500:], sound, SECRET]
    at = len(_box(b"ftyp", brand, bytes(4), brand)) + (16 if wide else 8)
    starts = [at + sum(map(len, stored[:place])) for place in range(len(stored))]
    return b"".join((
        _box(b"ftyp", brand, bytes(4), brand), _box(b"mdat", *stored, wide=wide), _box(b"free", SECRET),
        _box(b"moov", _box(b"mvhd", bytes(4), b"TIMETIME", bytes(88)), _track(b"vide", 1, [starts[1], starts[3]], 250),
             _track(b"meta", 2, [starts[2]], 75), _track(b"soun", 3, [starts[4]], 500),
             _box(b"udta", _box(b"\xa9xyz", SECRET), _box(b"meta", SECRET))),
        _box(b"uuid", SECRET * 4), b"end" + SECRET,
    ))  # fmt: skip


def _element(name: bytes, *parts: bytes, unknown: bool = False) -> bytes:
    content = b"".join(parts)
    return name + (b"\x01" + b"\xff" * 7 if unknown else b"\x01" + len(content).to_bytes(7, "big")) + content


def webm(*, live: bool = False) -> bytes:
    """`live`: as browsers record, without any length of the whole."""
    head = _element(b"\x1aE\xdf\xa3", _element(b"B\x82", b"webm"))
    said = b"\x03vorbis" + comments() + b"\x01"
    lists = b"\x02" + bytes([30]) + b"\xff" * (len(said) // 255) + bytes([len(said) % 255])
    private = lists + b"\x01vorbis" + bytes(23) + said + b"\x05vorbis" + SOUND[:50]
    seek = _element(b"M\xbb", _element(b"S\xab", b"\x12T\xc3g"), _element(b"S\xac", b"\x11"))
    tracks = [
        _element(b"\xae", _element(b"\xd7", b"\x01"), _element(b"\x83", b"\x01"), _element(b"\x86", b"V_VP8"),
                 _element(b"Sn", SECRET), _element(b"%\x86\x88", SECRET * 20)),
        _element(b"\xae", _element(b"\xd7", b"\x02"), _element(b"\x83", b"\x02"), _element(b"\x86", b"A_VORBIS"),
                 _element(b"c\xa2", private)),
    ]  # fmt: skip
    clusters = [
        _element(b"\x1fC\xb6u", _element(b"\xe7", b"\0"), _element(b"\xa3", b"\x81\0\0\x80" + each), unknown=live)
        for each in (SOUND[:1_500], SOUND[1_500:])
    ]
    body = (
        _element(b"\x11M\x9bt", b"\xbf\x84abcd", seek),
        _element(b"\x15I\xa9f", _element(b"M\x80", SECRET), _element(b"WA", SECRET), _element(b"{\xa9", SECRET),
                 _element(b"Da", b"TIMETIME"), _element(b"*\xd7\xb1", b"\x0f\x42\x40")),
        _element(b"\x16T\xaek", *tracks), _element(b"\xec", SECRET), *clusters,
        _element(b"\x12T\xc3g", SECRET * 20), _element(b"\x19A\xa4i", SECRET), _element(b"\x10C\xa7p", SECRET),
    )  # fmt: skip
    return head + _element(b"\x18S\x80g", *body, unknown=live) + (b"" if live else _element(b"\xec", SECRET))


# Documents


@functools.cache
def pdf(encryption: str = "") -> bytes:
    """A page that says it in every way that a document has. `encryption`: "user" or "owner" has a password."""
    said, out = SECRET.decode(), io.BytesIO()
    with pikepdf.open(io.BytesIO(samples.pdf())) as made:
        stream, name = made.make_stream, pikepdf.Name
        script = pikepdf.Dictionary(S=name.JavaScript, JS=f"app.alert('{said}')")
        inner = made.make_indirect(pikepdf.Dictionary(F=said, EF=pikepdf.Dictionary(F=stream(SECRET))))
        made.docinfo["/Author"] = said
        made.Root.Metadata = stream(SECRET, Type=name.Metadata)
        made.Root.OpenAction, made.Root.AA = script, pikepdf.Dictionary(WC=script)
        made.Root.Names = pikepdf.Dictionary(
            EmbeddedFiles=pikepdf.Dictionary(Names=[said, inner]), JavaScript=pikepdf.Dictionary(Names=[said, script])
        )
        made.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=stream(SECRET), SigFlags=3)
        sign = pikepdf.Dictionary(Type=name.Annot, Subtype=name.Text, Rect=[0, 0, 9, 9], T=said, Contents="A remark")
        link = pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9], A=script)
        kept = pikepdf.Dictionary(Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9],
                                  A=pikepdf.Dictionary(S=name.URI, URI="https://example.org/"))  # fmt: skip
        hung = pikepdf.Dictionary(Type=name.Annot, Subtype=name.FileAttachment, Rect=[0, 0, 9, 9], FS=inner)
        page, photo = made.pages[0].obj, stream(samples.jpeg(), Type=name.XObject, Subtype=name.Image)
        photo.Filter, photo.Width, photo.Height = name.DCTDecode, 320, 240
        photo.ColorSpace, photo.BitsPerComponent = name.DeviceRGB, 8
        page.Annots = [made.make_indirect(each) for each in (sign, link, kept, hung)]
        page.PieceInfo, page.AA = pikepdf.Dictionary(Program=said), pikepdf.Dictionary(O=script)
        page.Resources.XObject = pikepdf.Dictionary(B=photo)
        locks: Mapping[str, pikepdf.Encryption | bool] = {
            "": False, "user": pikepdf.Encryption(user="a", owner="b"), "owner": pikepdf.Encryption(owner="b"),
        }  # fmt: skip
        made.save(out, encryption=locks[encryption], compress_streams=False)
    return out.getvalue()
