import re

from core.static_files import StaticFilesStorage


def test_a_name_carries_the_hash_of_its_content_and_is_worked_out_once(tmp_path, settings):
    settings.DEBUG = False
    (tmp_path / "page.css").write_text("p { color: red }")
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")
    list(storage.post_process({"page.css": (storage, "page.css")}))

    first = storage.url("page.css")
    storage.hashed_files.clear()

    assert re.fullmatch(r"/static/page\.[0-9a-f]{12}\.css", first)
    assert storage.url("page.css") == first
