"""What the page of the day reads, in one job."""

from __future__ import annotations

from dataclasses import dataclass

from factory_erp.services.today.channels import ChannelView, channels
from factory_erp.services.today.lists import TodayView, today


@dataclass(frozen=True, slots=True)
class Day:
    """Orders, factory and accounts; and what the channels bring."""

    view: TodayView
    channels: ChannelView


def read() -> Day:
    """The day at a glance."""
    return Day(today(), channels())
