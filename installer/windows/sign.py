"""Signing what Windows runs; the certificate, if there is one, is named by the environment.

PORTWAY_SIGN_CERTIFICATE    a file with the certificate and its key (PKCS #12: .pfx, .p12)
PORTWAY_SIGN_PASSWORD_FILE  a file with its password, if it has one
PORTWAY_SIGN_TIMESTAMP      address of a time stamp server (RFC 3161), so that it outlives itself
PORTWAY_SIGN_COMMAND        instead of these: any command line, which gets the file as last word

Without any of them nothing is signed, and the build says so.
"""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from installer.project import SUMMARY, fail, say, tool


def signs() -> bool:
    """Whether there is something to sign with."""
    return bool(
        os.environ.get("PORTWAY_SIGN_CERTIFICATE") or os.environ.get("PORTWAY_SIGN_COMMAND")
    )


def sign(file: Path) -> None:
    """Sign a program in place, with signtool or osslsigncode, whichever is here."""
    if command := os.environ.get("PORTWAY_SIGN_COMMAND"):
        tool(*shlex.split(command), file)
        return
    certificate = Path(os.environ["PORTWAY_SIGN_CERTIFICATE"])
    password_file = os.environ.get("PORTWAY_SIGN_PASSWORD_FILE", "")
    server = os.environ.get("PORTWAY_SIGN_TIMESTAMP", "")
    if not certificate.is_file():
        fail(f"PORTWAY_SIGN_CERTIFICATE names {certificate}, which is no file")
    if shutil.which("signtool"):
        # signtool takes the password only as a word.
        password = ["/p", Path(password_file).read_text().strip()] if password_file else []
        stamp = ["/tr", server, "/td", "sha256"] if server else []
        tool("signtool", "sign", "/fd", "sha256", "/f", certificate, *password, *stamp, file)
    elif shutil.which("osslsigncode"):
        signed = file.with_name(file.name + ".signed")
        password = ["-readpass", password_file] if password_file else []
        stamp = ["-ts", server] if server else []
        tool(
            "osslsigncode", "sign", "-h", "sha256", "-pkcs12", certificate, *password, *stamp,
            "-n", SUMMARY, "-in", file, "-out", signed,
        )  # fmt: skip
        signed.replace(file)
    else:
        fail("there is a certificate, but neither signtool nor osslsigncode to sign with")
    say(f"signed {file.name}")


if __name__ == "__main__":
    import sys

    sign(Path(sys.argv[1]))
