"""The page, built once the service already takes requests: to import Gradio takes longer than everything else, and a
program that asks the API need not wait for it. Whoever opens the page before it is there waits until it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from server.logs import fault_line

log = logging.getLogger("anchorline.page")


class LatePage:
    """An application that another one mounts. ``build`` gives it, and is called in a thread when the service starts."""

    def __init__(self, build: Callable[[], FastAPI]) -> None:
        self._build = build
        self._built: asyncio.Future[FastAPI]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = await asyncio.shield(self._built)  # one who goes away must not take it from the others
        await page(scope, receive, send)

    def start_with(self, app: FastAPI) -> None:
        """Build when ``app`` has started, and end with it."""
        outer = app.router.lifespan_context

        @asynccontextmanager
        async def both(app: FastAPI) -> AsyncIterator[None]:
            self._built = asyncio.get_running_loop().create_future()
            async with outer(app):
                running = asyncio.create_task(self._run())
                yield
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running

        app.router.lifespan_context = both

    async def _run(self) -> None:
        """In one task from start to end, since what Gradio opens at its start must be closed by the same task."""
        try:
            page = await asyncio.to_thread(self._build)
            async with page.router.lifespan_context(page):
                self._built.set_result(page)
                await asyncio.Event().wait()
        except Exception as fault:
            log.error(fault_line(fault))
            if not self._built.done():
                self._built.set_exception(fault)
