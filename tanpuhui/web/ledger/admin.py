"""What an administrator sees of the ledger. To look at: whatever is posted stays."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from tanpuhui.web.ledger.models import Batch, Domain, Segment


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # Django has no such brackets
    """Rows that nobody adds, changes or deletes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody's."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody's."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody's."""
        return False


@admin.register(Batch)
class BatchAdmin(LookOnly):
    """Batches, the newest first."""

    list_display = ("name", "programme", "partner", "posted_order", "has_held", "posted_at")
    list_filter = ("programme", "domain")
    search_fields = ("name",)
    ordering = ("-number",)


@admin.register(Segment)
class SegmentAdmin(LookOnly):
    """The manifest."""

    list_display = ("path", "kind", "local_day", "rows", "bytes")
    list_filter = ("kind",)
    list_select_related = ("batch",)
    search_fields = ("path",)
    ordering = ("-pk",)


@admin.register(Domain)
class DomainAdmin(LookOnly):
    """Dedup domains."""

    list_display = ("id", "posted_order")
    exclude = ("secret_check",)
