"""The languages of the window: what there is, and switching between them while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QObject,
    QTranslator,
    Signal,
)

SYSTEM = "system"
FOLDER = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True)
class Choice:
    """A language to choose: its code as settings keep it, and its name in itself."""

    code: str
    name: str


ENGLISH = Choice("en", "English")
CHINESE = Choice("zh_CN", "简体中文")


def available() -> tuple[Choice, ...]:
    """The languages that Portway speaks; beside them there is `SYSTEM`."""
    return (ENGLISH, CHINESE)


class Language(QObject):
    """Speaks one language: it belongs to the application and holds the translators in use.

    Qt tells every widget by a `LanguageChange` event. What is no widget listens to `changed`.
    """

    changed = Signal()

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._app = app
        self._translators: list[QTranslator] = []
        self._system = QLocale()
        self.code = ENGLISH.code
        """What is spoken now."""

    def use(self, wish: str = SYSTEM) -> None:
        """Speak this language, or that of the system; what Portway does not speak is English."""
        locale = self._system if wish == SYSTEM else QLocale(wish)
        self.code = _spoken(locale)
        # The system's own English, or Chinese, also says how numbers are written.
        same = _spoken(self._system) == self.code
        QLocale.setDefault(self._system if same else QLocale(self.code))
        old, self._translators = self._translators, []
        qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for name, folder in ((f"qtbase_{self.code}", qt), (f"portway_{self.code}", str(FOLDER))):
            translator = QTranslator(self)
            if translator.load(name, folder):
                self._app.installTranslator(translator)
                self._translators.append(translator)
        for translator in old:
            self._app.removeTranslator(translator)
            translator.deleteLater()
        self.changed.emit()


def use(code: str) -> None:
    """Let the application speak this language from now on."""
    app = QCoreApplication.instance()
    language = app.findChild(Language) if app is not None else None
    if isinstance(language, Language):
        language.use(code)


def _spoken(locale: QLocale) -> str:
    """Simplified Chinese for those who read it; English for the rest."""
    chinese = locale.language() is QLocale.Language.Chinese
    traditional = locale.script() is QLocale.Script.TraditionalHanScript
    return CHINESE.code if chinese and not traditional else ENGLISH.code
