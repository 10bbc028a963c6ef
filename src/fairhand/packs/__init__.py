"""Packs: folders that describe a project and, if wanted, its history. Checked whole, never trusted. Pure."""

from fairhand.packs.errors import PackError, PackRefused
from fairhand.packs.find import find_pack, shipped_packs
from fairhand.packs.items import PackGold, PackTask
from fairhand.packs.judgements import PackJudgement
from fairhand.packs.pack import Double, Pack, PackCounts
from fairhand.packs.project import PackStage
from fairhand.packs.reader import read_pack
from fairhand.packs.spec import PackSpec

__all__ = [
    "Double",
    "Pack",
    "PackCounts",
    "PackError",
    "PackGold",
    "PackJudgement",
    "PackRefused",
    "PackSpec",
    "PackStage",
    "PackTask",
    "find_pack",
    "read_pack",
    "shipped_packs",
]
