"""A small tree of units for tests: the department, four regions, and offices of one of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from desk.units.model import DEPARTMENT, Unit


def a_unit(id_: int, code: str, kind: str, path: str, name_vi: str, name_en: str, **more: Any) -> Unit:
    lists = {"provinces": [], "office_codes": [], "other_names": []}
    parent = path.split(".")[-3:-2]
    return Unit(
        id=id_,
        code=code,
        kind=kind,
        parent_id=int(parent[0]) if parent else None,
        path=path,
        name_vi=name_vi,
        name_en=name_en,
        **{"active": True, **lists, **more},
    )


def a_region(id_: int, numeral: str, **more: Any) -> Unit:
    names = (f"Chi cục Hải quan khu vực {numeral}", f"Regional Customs Sub-department {numeral}")
    others = [f"khu vực {numeral}", f"KV {numeral}", *more.pop("other_names", [])]
    return a_unit(id_, f"R-{numeral}", "region", f"1.{id_}.", *names, other_names=others, **more)


def tree() -> list[Unit]:
    """New units, for each store its own."""
    return [
        a_unit(1, "VN", "department", "1.", "Cục Hải quan", "Vietnam Customs", other_names=["Tổng cục Hải quan"]),
        a_region(2, "I", provinces=["Hà Nội", "Phú Thọ"]),
        a_region(
            3,
            "II",
            provinces=["Thành phố Hồ Chí Minh", "TP.HCM", "TPHCM", "HCM", "Sài Gòn", "Bình Dương", "Vũng Tàu"],
            office_codes=["51C1"],
        ),
        a_region(4, "III", provinces=["Hải Phòng"]),
        a_region(5, "V", provinces=["Bắc Ninh", "Thái Nguyên"]),
        a_region(6, "VI", provinces=["Lạng Sơn"]),
        a_region(7, "XII", provinces=["Đà Nẵng", "Quảng Ngãi"]),
        a_region(8, "IX", provinces=["Quảng Trị", "Huế"]),
        a_region(9, "X", provinces=["Thanh Hóa", "Sơn La"]),
        a_region(10, "XI", provinces=["Nghệ An"]),
        a_region(11, "XV", other_names=["Tân Sơn Nhất", "chuyển phát nhanh TP.HCM"]),
        a_unit(
            20,
            "SG1",
            "office",
            "1.3.20.",
            "Hải quan cảng Sài Gòn khu vực 1",
            "Saigon port area 1 customs",
            office_codes=["02CI", "02CX"],
            other_names=["Cát Lái", "cảng Sài Gòn KV1"],
        ),
        a_unit(21, "SG4", "office", "1.3.21.", "Hải quan cảng Sài Gòn khu vực 4", "Saigon port area 4 customs"),
        a_unit(22, "VSIP", "office", "1.3.22.", "Hải quan VSIP", "VSIP customs", other_names=["VSIP"]),
        a_unit(23, "CNC", "office", "1.3.23.", "Hải quan Khu công nghệ cao", "Hi-tech Park customs"),
        a_unit(24, "CNC-T", "team", "1.3.23.24.", "Đội đầu tư", "Investment team", office_codes=["02PG"]),
        a_unit(25, "CON-DAO", "office", "1.3.25.", "Hải quan Côn Đảo", "Con Dao customs", other_names=["Côn Đảo"]),
        a_unit(30, "CUA-LO", "office", "1.10.30.", "Hải quan cửa khẩu cảng Cửa Lò", "Cua Lo port customs"),
    ]


def put_into(session: Session) -> None:
    """Have these units in a store in place of those that it has; the department stays what it is."""
    session.execute(delete(Unit).where(Unit.code != DEPARTMENT))
    session.add_all(unit for unit in tree() if unit.code != DEPARTMENT)
