"""The state of a PDF page's text, as pypdf follows it operation by operation."""

from __future__ import annotations

from pypdf._text_extraction import mult
from pypdf._text_extraction._layout_mode._text_state_manager import TextStateManager, TextStateManagerChainMapType
from pypdf._text_extraction._layout_mode._text_state_params import TextStateParams

from ingest.readers.page_sight import Sight


class WatchedText(TextStateManager):
    """pypdf's state of text, which asks of each string, as it is shown, whether anybody sees it.

    Each matrix of the page is kept multiplied with those that it stands in. pypdf multiplies them all anew for each
    string: 27 kB of matrices and strings took it six seconds (found by fuzzing)."""

    def __init__(self, sight: Sight) -> None:
        super().__init__()
        self.sight = sight
        self.hidden: dict[int, str] = {}  # the id of a string that nobody sees -> why not

    def add_cm(self, *args: float) -> TextStateManagerChainMapType:
        outer = self.reset_tm().maps[0]
        self.q_queue.update(self.q_depth[-1:])
        own = [*self.new_transform(*args[-6:]).values()]
        self.transform_stack = self.transform_stack.new_child(self.new_transform(*mult(own, outer)))
        return self.transform_stack

    @property
    def effective_transform(self) -> list[float]:
        whole: list[float] = []
        for matrix in self.transform_stack.maps:
            whole = mult(whole, matrix) if whole else [*matrix.values()]
            if not (matrix["is_text"] or matrix["is_render"]):
                break
        return whole

    def text_state_params(self, value: bytes | str = "") -> TextStateParams:
        run = super().text_state_params(value)
        if run.text and (why := self.sight.why(run)):
            self.hidden[id(run)] = why
        return run
