"""The least that sending can cost: smtplib, one connection, mails that are written already."""

import json
import smtplib
import sys
from pathlib import Path


def main(port: str, mails: str) -> None:
    written = [
        (to, content.encode("latin-1")) for to, content in json.loads(Path(mails).read_text())
    ]
    with smtplib.SMTP("127.0.0.1", int(port)) as server:
        server.ehlo()
        for to, content in written:
            server.sendmail("training@goryeong.example", [to], content)


if __name__ == "__main__":
    main(*sys.argv[1:])
