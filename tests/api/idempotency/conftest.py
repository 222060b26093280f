"""One application for all tests of this folder: describing its routes takes longer than most of them."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from api.accounts.clock import present
from api.app import create_app
from api.settings import Settings


@pytest.fixture(scope="session")
def built() -> FastAPI:
    return create_app(Settings())


@pytest.fixture
def app(built: FastAPI, settings: Settings) -> FastAPI:
    built.state.settings, built.state.clock = settings, present
    return built
