"""A drill kills, floods and restarts: only what is its own."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from tools.children import Child
from tools.drill.place import refuse_strangers
from tools.drill.sink import SinkProcess
from tools.local_env import ROOT
from tools.smtp_sink import SILENT, Rule


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SMS_URL"])
def test_a_drill_refuses_every_address_that_is_not_this_machine(name):
    with pytest.raises(SystemExit, match="this machine only"):
        refuse_strangers({name: "any://user:secret@db.goryeong.example:5432/training"})

    refuse_strangers({name: "any://user:secret@127.0.0.1:5432/training"})


def test_an_ended_drill_leaves_no_mail_server_behind(tmp_path):
    sink = SinkProcess(tmp_path / "mails.jsonl")

    sink.stop()

    assert sink.process.poll() == 0


def test_the_mail_server_writes_down_before_it_answers(tmp_path):
    sink = SinkProcess(tmp_path / "mails.jsonl", content=True)
    sink.order(Rule(SILENT))
    try:
        with socket.create_connection(("127.0.0.1", sink.port), 10) as talk:
            said = talk.makefile("rb")
            for line in (b"EHLO a", b"MAIL FROM:<a@b>", b"RCPT TO:<c@d>", b"DATA"):
                talk.sendall(line + b"\r\n")
            while not said.readline().startswith(b"354"):
                pass
            talk.sendall(b"Message-ID: <one@b>\r\n\r\ntext\r\n.\r\n")
            while not sink.count():
                pass
    finally:
        sink.stop()

    [mail] = sink.mails()
    assert (mail["id"], mail["to"], mail["said"]) == ("<one@b>", "c@d", SILENT)
    assert mail["content"].endswith("text\r\n")


def test_without_a_recipient_the_mail_server_takes_no_mail(tmp_path):
    sink = SinkProcess(tmp_path / "mails.jsonl")
    sink.order(Rule("550 5.1.1 no such person", step="rcpt"))
    try:
        with socket.create_connection(("127.0.0.1", sink.port), 10) as talk:
            talk.sendall(b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nQUIT\r\n")
            said = talk.makefile("rb").read().splitlines()
    finally:
        sink.stop()

    assert [line[:3] for line in said] == [b"220", b"250", b"550", b"554", b"221"]
    assert list(sink.mails()) == []


def test_the_proxy_swallows_the_connections_of_that_moment_and_serves_new_ones(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = subprocess.Popen(
            [sys.executable, "-m", "tools.drill.proxy", str(server.getsockname()[1])],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            address = ("127.0.0.1", int(proxy.stdout.readline()))
            old = socket.create_connection(address, 10)
            there, _ = server.accept()
            old.sendall(b"before")
            assert there.recv(6) == b"before"

            proxy.send_signal(signal.SIGUSR1)
            assert proxy.stdout.readline() == "swallowing 2\n"
            old.sendall(b"swallowed")
            new = socket.create_connection(address, 10)
            other, _ = server.accept()
            new.sendall(b"after")

            assert other.recv(5) == b"after"
            there.setblocking(False)
            with pytest.raises(BlockingIOError):
                there.recv(9)
            for talk in (old, there, new, other):
                talk.close()
        finally:
            proxy.kill()
            proxy.wait()
            proxy.stdout.close()


def test_a_killed_program_is_gone_and_can_be_started_again(tmp_path):
    child = Child(
        "sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "log",
        dict(os.environ), tmp_path, print,
    )  # fmt: skip
    child.start()
    first = child.process.pid

    child.kill()
    child.start()

    assert child.process.pid != first
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    child.kill()
