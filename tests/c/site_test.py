"""The site in C, used from Python with only its shared library:  python3 tests/c/site_test.py libabide_site.so"""
import ctypes as c
import hashlib
import json
import os
import queue
import sys
import tempfile
import threading
import unittest

library = c.CDLL(sys.argv.pop(1))


class Text(c.Structure):
    _fields_ = [("data", c.c_void_p), ("size", c.c_size_t)]

    def bytes(self):
        return c.string_at(self.data, self.size) if self.size else b""


def text(words):
    """A view that keeps its bytes alive."""
    held = words if isinstance(words, bytes) else words.encode()
    made = Text(c.cast(c.c_char_p(held), c.c_void_p), len(held))
    made.held = held
    return made


warn_function = c.CFUNCTYPE(None, c.c_void_p, Text)
clock_function = c.CFUNCTYPE(c.c_int64, c.c_void_p)


def sized(fields):
    class Sized(c.Structure):
        _fields_ = [("size", c.c_size_t)] + fields

        def __init__(self, **members):
            super().__init__(size=c.sizeof(type(self)), **members)

    return Sized


Error = sized([("code", c.c_int), ("text", c.c_char * 1000)])
Options = sized([("policy_file", Text), ("policy_json", Text), ("location", Text), ("records", Text),
                 ("browser_files", Text), ("keys", c.POINTER(Text)), ("key_count", c.c_size_t), ("has_mode", c.c_uint8),
                 ("mode", c.c_uint8), ("reports", c.c_uint8), ("warn", warn_function), ("warn_context", c.c_void_p),
                 ("clock", clock_function), ("clock_context", c.c_void_p), ("spare_key", Text), ("counts", c.c_void_p),
                 ("log", c.c_void_p), ("log_context", c.c_void_p)])
Request = sized([("method", Text), ("target", Text), ("peer", Text), ("tls", c.c_uint8), ("now", c.c_int64)])
Reply = sized([("status", c.c_uint), ("body", Text), ("field_count", c.c_size_t)])

get_function = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_size_t, c.POINTER(Text), c.POINTER(Text))
set_function = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_size_t, Text)
add_function = c.CFUNCTYPE(c.c_int, c.c_void_p, Text, Text)
remove_function = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_size_t)
Functions = sized([("get", get_function), ("set", set_function), ("add", add_function), ("remove", remove_function),
                   ("find", c.c_void_p)])
done_function = c.CFUNCTYPE(None, c.c_void_p)

Record = sized([("id", Text), ("subject", Text), ("time_ms", c.c_int64), ("json", Text), ("notice_hash", Text),
                ("notice_text", Text)])
Change = sized([("record", c.POINTER(Record)), ("account", Text), ("subject", Text), ("step", c.c_uint8),
                ("has_carried_out", c.c_uint8), ("since", c.c_int64), ("carried_out", c.c_int64)])
save_function = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(Change), c.c_void_p)
account_function = c.CFUNCTYPE(None, c.c_void_p, Text, c.c_void_p)
history_function = c.CFUNCTYPE(None, c.c_void_p, Text, c.c_size_t, c.c_void_p)
LogFunctions = sized([("save", save_function), ("account", account_function), ("history", history_function),
                      ("timeout_ms", c.c_uint32)])


class Headers(c.Structure):
    _fields_ = [("with_", c.POINTER(Functions)), ("of", c.c_void_p)]


library.abide_begin.argtypes = [c.c_void_p, c.c_void_p, Headers, c.c_void_p, c.c_void_p]
library.abide_answer.argtypes = [c.c_void_p, c.c_void_p, Headers, Text, c.c_void_p, c.c_void_p]
library.abide_resume.argtypes = [c.c_void_p, c.c_void_p, Headers, c.c_void_p, c.c_void_p]
library.abide_finish.argtypes = [c.c_void_p, c.c_uint, Headers, Text, c.c_int, c.c_void_p, c.c_void_p]
library.abide_take_reply.argtypes = [c.c_void_p, c.c_void_p]
library.abide_reply_field.argtypes = [c.c_void_p, c.c_size_t, c.c_void_p, c.c_void_p]
library.abide_insertion_feed.argtypes = [c.c_void_p, Text, c.c_void_p, c.c_void_p]
library.abide_insertion_end.argtypes = [c.c_void_p, c.c_void_p, c.c_void_p]
library.abide_answer_saved.argtypes = [c.c_void_p, c.c_int, Text]
library.abide_answer_account.argtypes = [c.c_void_p, c.c_int, c.c_int64]
library.abide_answer_history.argtypes = [c.c_void_p, c.POINTER(Text), c.c_size_t]
library.abide_carry_out_later.argtypes = [c.c_void_p, done_function, c.c_void_p, c.c_void_p]
for name in ("abide_exchange_free", "abide_insertion_free", "abide_site_close", "abide_abandon"):
    getattr(library, name).argtypes = [c.c_void_p]
    getattr(library, name).restype = None


class Fields:
    """A header section: a list of [name, value] as bytes."""

    def __init__(self, *pairs):
        self.list = [[name.encode(), value.encode()] for name, value in pairs]
        self.functions = Functions(get=get_function(self.get), set=set_function(self.set), add=add_function(self.add),
                                   remove=remove_function(self.remove))
        self.shown = Headers(c.pointer(self.functions), None)

    def get(self, _, n, name, value):
        if n >= len(self.list):
            return 0
        for to, words in zip((name, value), self.list[n]):
            to[0] = text(words)
        return 1

    def set(self, _, n, value):
        self.list[n][1] = value.bytes()
        return 1

    def add(self, _, name, value):
        self.list.append([name.bytes(), value.bytes()])
        return 1

    def remove(self, _, n):
        del self.list[n]
        return 1

    def all(self, name):
        return [value for each, value in self.list if each.lower() == name.lower().encode()]


class Log:
    """Records in a Python list, answered by threads of Python's."""

    def __init__(self):
        self.records, self.accounts = [], {}
        self.functions = LogFunctions(save=save_function(self.save), account=account_function(self.account),
                                      history=history_function(self.history))

    @staticmethod
    def later(answer, *words):
        threading.Thread(target=answer, args=words).start()

    def save(self, _, change, asked):
        if change[0].record:
            record = change[0].record[0]
            self.records.append({**json.loads(record.json.bytes()), "notice_text": record.notice_text.bytes(),
                                 "as_given": record.json.bytes()})
        if change[0].step:
            self.accounts[change[0].account.bytes()] = (change[0].step == 1, change[0].since)
        self.later(library.abide_answer_saved, asked, 1, text(""))

    def account(self, _, name, asked):
        self.later(library.abide_answer_account, asked, *self.accounts.get(name.bytes(), (False, 0)))

    def history(self, _, subject, count, asked):
        found = [text(each["as_given"]) for each in self.records if each["subject"].encode() == subject.bytes()][-count:]
        self.later(library.abide_answer_history, asked, (Text * len(found))(*found), len(found))


class Site:
    def __init__(self, policy, log=None, **texts):
        self.log = log
        self.warn = warn_function(lambda context, words: None)
        options = Options(policy_json=text(policy), browser_files=text("none"), warn=self.warn,
                          log=c.addressof(log.functions) if log else None,
                          **{name: text(words) for name, words in texts.items()})
        self.pointer, self.error = c.c_void_p(), Error()
        self.code = library.abide_site_open(c.byref(options), c.byref(self.pointer), c.byref(self.error))

    def close(self):
        library.abide_site_close(self.pointer)


class Exchange:
    def __init__(self, site, method, target, fields):
        self.fields, self.pointer = fields, c.c_void_p()
        self.request = Request(method=text(method), target=text(target), peer=text("127.0.0.1"))
        assert library.abide_begin(site.pointer, c.byref(self.request), fields.shown, c.byref(self.pointer), None) == 0

    def answer(self, body=b""):
        """The reply as (status, fields, body), or None if the application must answer. Waits in Python, not in Abide."""
        wanted, told = c.c_void_p(), queue.Queue()
        done = done_function(lambda context: told.put(True))
        code = library.abide_answer(self.pointer, c.byref(self.request), self.fields.shown, text(body),
                                    c.byref(wanted), None)
        while code == 0 and wanted:
            assert library.abide_carry_out_later(wanted, done, None, None) == 0
            told.get(timeout=30)
            code = library.abide_resume(self.pointer, wanted, self.fields.shown, c.byref(wanted), None)
        assert code == 0
        reply = Reply()
        if not library.abide_take_reply(self.pointer, c.byref(reply)):
            return None
        fields, name, value = [], Text(), Text()
        for n in range(reply.field_count):
            assert library.abide_reply_field(self.pointer, n, c.byref(name), c.byref(value)) == 1
            fields.append((name.bytes().decode(), value.bytes().decode()))
        return reply.status, fields, reply.body.bytes()

    def finish(self, response, chunks):
        insertion, out, sent = c.c_void_p(), Text(), b""
        assert library.abide_finish(self.pointer, 200, response.shown, text(chunks[0]), 0, c.byref(insertion), None) == 0
        if not insertion:
            return b"".join(chunks)
        for chunk in chunks:
            assert library.abide_insertion_feed(insertion, text(chunk), c.byref(out), None) == 0
            sent += out.bytes()
        assert library.abide_insertion_end(insertion, c.byref(out), None) == 0
        sent += out.bytes()
        library.abide_insertion_free(insertion)
        return sent

    def free(self):
        library.abide_abandon(self.pointer)
        library.abide_exchange_free(self.pointer)


def page_request(*more):
    return Fields(("Host", "shop.example"), ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"),
                  ("Sec-Fetch-Dest", "document"), *more)


class SiteInPython(unittest.TestCase):
    def cookies_of_acceptance(self, site):
        """Accepts everything, and returns what the browser sends afterwards."""
        form = Fields(("Host", "shop.example"), ("Sec-Fetch-Site", "same-origin"),
                      ("Content-Type", "application/x-www-form-urlencoded"))
        posted = Exchange(site, "POST", "/consent", form)
        status, fields, _ = posted.answer(b"choice=accept-all&from=banner")
        self.assertEqual(status, 303)
        posted.free()
        return "; ".join(value.split(";")[0] for name, value in fields if name.lower() == "set-cookie")

    def test_a_wrong_policy_is_an_error_that_says_where(self):
        site = Site('{"notice": {"version": "two"}}')
        self.assertEqual(site.code, 1)
        self.assertIn(b"/notice/version", site.error.text)
        self.assertFalse(site.pointer)

    def test_both_directions_are_filtered_and_the_page_is_inserted_into_in_chunks(self):
        site = Site("{}", location="DE", records="none")
        request = page_request(("Cookie", "_ga=1"))
        exchange = Exchange(site, "GET", "/", request)
        self.assertEqual(request.all("Cookie"), [])
        self.assertIsNone(exchange.answer())
        response = Fields(("Content-Type", "text/html"), ("Set-Cookie", "_fbp=2; Max-Age=9"))
        page = b"<!doctype html><html><head><title>S</title></head><body><p>S</p></body></html>"
        sent = exchange.finish(response, [page[:20], page[20:50], page[50:]])
        self.assertFalse(any(value.startswith(b"_fbp=2") for value in response.all("Set-Cookie")))
        self.assertIn(b'id="abide', sent)
        self.assertTrue(sent.startswith(b"<!doctype html>") and sent.endswith(b"</html>"))
        exchange.free()
        site.close()

    def test_a_choice_is_saved_by_the_store_and_lets_the_cookie_pass(self):
        with tempfile.TemporaryDirectory() as folder:
            site = Site('{"consent": {"keys": "env:ABIDE_TEST_KEYS"}}', location="DE",
                        records=f"sqlite:{folder}/abide.db")
            self.assertEqual(site.code, 0, site.error.text)
            jar = self.cookies_of_acceptance(site)
            exchange = Exchange(site, "GET", "/", page_request(("Cookie", jar)))
            self.assertIsNone(exchange.answer())
            response = Fields(("Content-Type", "text/plain"), ("Set-Cookie", "_fbp=2; Max-Age=9"))
            exchange.finish(response, [b"x"])
            self.assertIn(b"_fbp=2; Max-Age=9", response.all("Set-Cookie"))
            exchange.free()
            site.close()

    def test_records_are_kept_in_python_and_read_back(self):
        log = Log()
        site = Site('{"consent": {"keys": "env:ABIDE_TEST_KEYS"}}', log=log, location="DE")
        self.assertEqual(site.code, 0, site.error.text)
        jar = self.cookies_of_acceptance(site)
        self.assertEqual([(each["event"], each["choices"], each["source"]) for each in log.records],
                         [("grant", "nggg", "banner")])
        self.assertEqual(hashlib.sha256(log.records[0]["notice_text"]).hexdigest(), log.records[0]["notice_hash"])
        asked = Exchange(site, "GET", "/consent/receipt?download=1", Fields(("Host", "shop.example"), ("Cookie", jar)))
        status, _, body = asked.answer()
        self.assertEqual(status, 200)
        self.assertIn(log.records[0]["id"].encode(), body)
        asked.free()
        site.close()


os.environ["ABIDE_TEST_KEYS"] = "k" * 32
unittest.main()
