"""Primary keys before the insert."""

from __future__ import annotations

import pytest
from django.db import transaction

from core.ids import allocate_ids
from discussions.models import Section


@pytest.mark.django_db
def test_ids_are_fresh_and_ascending_also_between_ordinary_inserts() -> None:
    with transaction.atomic():
        first = allocate_ids(Section, 3)
        Section.objects.bulk_create(Section(id=n, name=str(n), slug=str(n)) for n in first)
        ordinary = Section.objects.create(name="x", slug="x")
        second = allocate_ids(Section, 2)
        Section.objects.bulk_create(Section(id=n, name=str(n), slug=str(n)) for n in second)
    assert first == sorted(set(first))
    assert ordinary.pk > first[-1]
    assert second[0] > ordinary.pk


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_they_would_not_be_ours() -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        allocate_ids(Section, 1)
