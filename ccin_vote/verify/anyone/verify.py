#!/usr/bin/env python3
"""Verify a published election folder: the log, every event, the opening, and the count again.

    python3 verify.py FOLDER [CHECKPOINT]          (CHECKPOINT: one of this election that you kept)

One file, sharing no code with the program that ran the election. It needs Python 3.11; with the package
`cryptography` it checks signatures, too. Exit code 0: everything verifies. 1: what could be checked does, but
not everything could (PARTIAL). 3: there is no such folder. 4: something is wrong, and it is said where.
What no folder can show: that the ballots were opened rightly. The scrutineers who signed the opening say so.
"""
from __future__ import annotations

import base64, json, re, sys, tomllib
from collections import Counter, defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from hashlib import sha256
from math import ceil, floor
from pathlib import Path
from zoneinfo import ZoneInfo

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

faults, partial = [], []

class Wrong(Exception):
    """What is not as it should be."""

def need(right, words):
    if not right:
        raise Wrong(words)
    return right

# Bytes: base64url, canonical JSON (RFC 8785), joined parts, signatures.
def sha(data):
    return sha256(data).digest()

def unb64(text, size=None, alphabet=b"-_"):
    pad = "" if alphabet == b"+/" else "=" * (-len(text) % 4)
    data = base64.b64decode(text + pad, altchars=alphabet, validate=True)
    again = base64.b64encode(data, altchars=alphabet).decode()
    need((again.rstrip("=") if pad or alphabet == b"-_" else again) == text, "base64 in another spelling")
    need(size in (None, len(data)), "a binary value of another length")
    return data

def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

def read_json(data):
    value = json.loads(data.decode(), parse_float=lambda _: need(False, "a number with a point"))
    need(canonical(value) == data, "not canonical JSON")
    return value

def bound(label, *parts):
    return b"".join(len(one).to_bytes(8, "big") + one for one in (label.encode(), *parts))

def signed(key, signature, message):
    if Ed25519PublicKey is None:
        missing = "NO SIGNATURE WAS CHECKED: the package `cryptography` is not installed"
        partial.extend([missing] * (missing not in partial))
        return True
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except Exception:
        return False
    return True

# The tree (RFC 6962, section 2.1); signed notes, checkpoints and cosignatures (C2SP).
def root(leaves):
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=False)
        leaves = [sha(b"\1" + left + right) for left, right in pairs] + leaves[len(leaves) & ~1 :]
    return leaves[0] if leaves else sha(b"")

def key_id(name, kind, key):
    return sha(name.encode() + b"\n" + kind + key)[:4]

def vkey(name, kind, key):
    return f"{name}+{key_id(name, kind, key).hex()}+{base64.b64encode(kind + key).decode()}"

def read_note(data):
    text, blank, lines = data.decode().rpartition("\n\n")
    need(blank and lines.endswith("\n") and not re.search("[\0-\x09\x0b-\x1f]", data.decode()), "no signed note")
    parts = [line.split(" ") for line in lines[:-1].split("\n")]
    need(all(len(one) == 3 and one[0] == "\u2014" and one[1] for one in parts), "not a signature line")
    found = [(name, unb64(mark, alphabet=b"+/")) for _, name, mark in parts]
    need(len({(name, mark[:4]) for name, mark in found}) == len(found), "a key signed the note twice")
    return text + "\n", found

def by(name, kind, key, text, line):
    """Whether a signature line of a note is by this key; kind 1 signs the text, kind 4 text and time."""
    mark, time = line[1][4:], int.from_bytes(line[1][4:12], "big")
    if (line[0], line[1][:4]) != (name, key_id(name, kind, key)) or len(mark) != (64 if kind == b"\1" else 72):
        return False
    if kind == b"\1":
        return signed(key, mark, text.encode())
    return time < 2**63 and signed(key, mark[8:], f"cosignature/v1\ntime {time}\n{text}".encode())

def read_head(text):
    lines = text.split("\n")
    need(len(lines) == 4 and not lines[3] and re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]), "no checkpoint")
    return lines[0], int(lines[1]), unb64(lines[2], 32, b"+/")

# What an event has to look like: its fields, each with its kind.
def each(*kinds):
    """A list of such things or, of several kinds, a list of rows of these kinds."""
    def fits(value):
        need(isinstance(value, list), "not a list")
        return all(kinds[0](one) for one in value) if len(kinds) == 1 else all(
            isinstance(row, list) and len(row) == len(kinds) and all(k(one) for k, one in zip(kinds, row))
            for row in value)
    return fits

def fields(words):
    """An object of exactly these fields (`name:kind`); one with ? may be missing."""
    kinds = dict(one.split(":") for one in words.split())
    def fits(value):
        always = {name for name in kinds if not name.endswith("?")}
        named = {name.rstrip("?"): kind for name, kind in kinds.items()}
        return always <= value.keys() <= named.keys() and all(KINDS[named[n]](one) for n, one in value.items())
    return fits

def text(value):
    return isinstance(value, str)

def number(low):
    return lambda value: type(value) is int and low <= value < 2**53

def a_time(value):
    return re.fullmatch(r"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value) and datetime.fromisoformat(value)

def a_hash(value):
    return unb64(value, 32)

def binary(value):
    return text(value) and unb64(value) is not None

KINDS = {
    "text": text, "hash": a_hash, "bytes": binary, "time": a_time, "count": number(0), "line": number(1),
    "flag": lambda value: type(value) is bool, "texts": each(text), "bytes*": each(binary), "whole": number(-(2**53)),
    "counts": each(text, number(-(2**53)), number(-(2**53))), "marks": each(number(-(2**53)), lambda v: unb64(v, 64)),
    "lines": each(number(-(2**53)), text), "files": each(text, a_hash), "order": each(text, each(text)),
    "why": lambda v: v in ("lost", "wrong-address", "contact-changed", "misused", "paper", "member-left"),
    "ground": lambda v: v in ("revoked", "copied", "older-sequence", "not-first", "late"),
    "purpose": lambda v: v in ("election", "surplus", "exclusion", "run-off", "order"),
    "credential": fields("key:hash votes:line contests:texts"),
    "sealed": fields("election:text manifest:bytes credential:bytes sequence:whole ciphertext:bytes digests:bytes*"
                     " shares:bytes* signature:bytes"),
}
KINDS["credentials"] = each(KINDS["credential"])
EVENTS = {name: fields(f"type:text {words}") for name, words in {
    "election.opened": "election:text definition:text roll_digest:hash roll_size:count electors:counts officer:text"
                       " scrutineers:texts needed:count order?:order software:text time:time",
    "credentials.issued": "credentials:credentials", "credential.revoked": "credential:hash reason:why",
    "credential.reissued": "revoked:hash credential:credential superseded:flag",
    "page.issued": "contests:texts digest:hash", "ballot.accepted": "ballot:sealed",
    "ballot.refused": "digest:hash credential:hash reason:ground",
    "paper.entered": "batch:sealed counts:counts signatures:marks",
    "candidate.withdrawn": "contest:text candidate:text", "incident.noted": "text:text",
    "poll.closed": "time:time scheduled:time", "log.recovered": "length:count digest:hash",
    "ballots.opened": "closed_root:hash digest:hash totals:counts set_aside:lines signatures:marks",
    "lot.drawn": "contest:text stage:line purpose:purpose among:texts order:texts drawn_by:text witnessed_by:text",
    "result.declared": "files:files head:hash time:time"}.items()}

# The poll: what was frozen, and the fold of all events over it.
class Contest:
    def __init__(self, table):
        self.id, self.title, self.rule, self.seats = (table[one] for one in ("id", "title", "rule", "seats"))
        people = [] if self.rule == "motion" else table.get("candidates", [])
        more = ["Re-open nominations"] * bool(table.get("reopen_nominations"))
        self.ids = [one["id"] for one in people]
        self.names = ["For", "Against", "Abstain"] if self.rule == "motion" else [o["name"] for o in people] + more
        self.gone = {at for at, one in enumerate(people) if one.get("withdrawn")}
        self.reopen, self.quorum = len(people) if more else None, table.get("quorum", 0)
        self.uncontested = not table.get("threshold") and len(self.standing) <= self.seats

    @property
    def standing(self):
        return [at for at in range(len(self.names)) if at not in self.gone]

class Poll:
    def __init__(self, event, line):
        self.state, self.event, self.election, self.manifest = "open", event, event["election"], sha(line)
        self.frozen = frozen = tomllib.loads(event["definition"])
        self.contests = {one["id"]: Contest(one) for one in frozen["contests"]}
        need(event["scrutineers"] == [one.get("key", "") for one in frozen["scrutineers"]]
             and event["needed"] == frozen["secrecy"]["needed"], "other scrutineers than in the definition")
        self.scrutineers = [self.public(one) for one in event["scrutineers"]]
        self.tellers = [self.public(one["key"]) for one in frozen.get("tellers", [])]
        options, members, rows = frozen.get("options", {}), Counter(), event["electors"]
        self.latest = options.get("revoting", "latest") == "latest"
        for contest, _, people in rows:
            members[contest] += people
        need(all(votes > 0 and people > 0 for _, votes, people in rows) and [r[:2] for r in rows] == sorted(
            map(list, {tuple(r[:2]) for r in rows})) and max(members.values(), default=0) <= event["roll_size"]
            and all(not self.contests[one].uncontested for one in members), "numbers of electors that do not fit")
        drawn = options.get("candidate_order") == "lot"
        need([[name, sorted(ids)] for name, ids in event.get("order", [])] == [
            [one.id, sorted(one.ids)] for one in self.contests.values() if drawn], "another order than a lot's")
        self.credentials, self.revoked, self.replaced, self.held = {}, {}, set(), defaultdict(list)
        self.parts, self.batches, self.refused, self.pages, self.lots = set(), [], [], defaultdict(list), {}

    def public(self, line):
        data, slug = unb64(line.removeprefix("ccin-vote-key1."), 128), self.election.rpartition("-")[0]
        proof = bound("ccin-vote scrutineer key v1", slug.encode(), data[:32], data[32:64])
        need(signed(data[:32], data[64:], proof), "a key that its owner did not sign for this election")
        return data[:32]

    def apply(self, line, event, leaves):
        kind, then = event["type"], {"ballots.opened": "closed", "lot.drawn": "opened", "result.declared": "opened"}
        if kind in ("incident.noted", "log.recovered"):
            return
        late = kind == "ballot.refused" and event["reason"] == "late"
        allowed = ("closed", "opened", "declared") if late else (then.get(kind, "open"),)
        need(self.state in allowed and kind != "election.opened", f"{kind} may not stand here: the poll is {self.state}")
        getattr(self, kind.replace(".", "_"))(line, event, leaves)

    def credentials_issued(self, _line, event, _leaves):
        keys, found = [unb64(one["key"]) for one in event["credentials"]], Counter()
        need(not self.credentials and keys == sorted(set(keys)), "credentials issued twice, or not sorted")
        for one in event["credentials"]:
            found.update((contest, one["votes"]) for contest in one["contests"])
            need(one["contests"] and len(set(one["contests"])) == len(one["contests"]), "a credential without sense")
            self.credentials[one["key"]] = one["votes"], frozenset(one["contests"])
        need(found == {(name, votes): people for name, votes, people in self.event["electors"]}
             and len(keys) <= self.event["roll_size"], "credentials that do not match the totals of the roll")

    def credential_revoked(self, _line, event, _leaves):
        who = event["credential"]
        need(who in self.credentials and who not in self.revoked, "a credential is revoked that is not live")
        self.revoked[who] = event["reason"]

    def credential_reissued(self, _line, event, _leaves):
        old, new = event["revoked"], event["credential"]
        may = new["votes"], frozenset(new["contests"])
        need(old in self.revoked and old not in self.replaced and new["key"] not in self.credentials
             and may == self.credentials[old] and len(may[1]) == len(new["contests"])
             and event["superseded"] == (old in self.held), "a credential is replaced that cannot be, or by another")
        self.credentials[new["key"]] = may
        self.replaced.add(old)
        self.enough_revoked_for_paper()

    def page_issued(self, _line, event, _leaves):
        known = [o.id for o in self.contests.values() if not o.uncontested and o.id in event["contests"]]
        pages = self.pages[tuple(event["contests"])]
        need(event["contests"] and event["contests"] == known and event["digest"] not in pages, "no such page can be")
        pages.append(event["digest"])

    def sealed(self, ballot, length):
        """Check what a ballot and a batch have in common; give the bytes that are signed."""
        lists = [[unb64(one) for one in ballot[name]] for name in ("digests", "shares")]
        parts, size, here = sum(lists, [unb64(ballot["ciphertext"])]), len(unb64(ballot["ciphertext"])) - 16, self.manifest
        need((ballot["election"], unb64(ballot["manifest"])) == (self.election, here), "sealed for another election")
        need([list(map(len, one)) for one in lists] == [[s] * len(self.scrutineers) for s in (32, 80)] and size > 0
             and size == (length or size) and ballot["sequence"] >= 0, "parts that do not have their lengths")
        need(self.parts.isdisjoint(parts), "a part of it stands in the log already")
        self.parts.update(parts)
        return bound("ccin-vote sealed ballot v1", self.election.encode(), here, unb64(ballot["credential"]),
                     ballot["sequence"].to_bytes(8, "big"), parts[0], bound("digests", *lists[0]), bound("shares", *lists[1]))

    def ballot_accepted(self, line, event, _leaves):
        ballot, who = event["ballot"], event["ballot"]["credential"]
        need(who in self.credentials and who not in self.revoked, "a ballot under a credential that is not live")
        held = self.held[who]
        need(not held or self.latest and ballot["sequence"] > held[-1][1], "an older ballot, or one too many")
        message = self.sealed(ballot, 1 + 2 * sum(len(one.names) for one in self.contests.values()))
        need(signed(unb64(who), unb64(ballot["signature"]), message), "a ballot that its credential did not sign")
        held.append((line, ballot["sequence"], sha(canonical(ballot))))

    def ballot_refused(self, _line, event, _leaves):
        who, there = event["credential"], bool(self.held.get(event["credential"]))
        grounds = {"revoked": who in self.revoked, "older-sequence": there and self.latest,
                   "not-first": there and not self.latest}
        need(who in self.credentials and grounds.get(event["reason"], True), "a refusal without a ground")
        self.refused.append((unb64(event["digest"]), event["reason"]))

    def paper_entered(self, line, event, _leaves):
        batch, counts, signers = event["batch"], event["counts"], [one for one, _ in event["signatures"]]
        need(counts and [o[:2] for o in counts] == sorted(map(list, {tuple(o[:2]) for o in counts})) and batch["sequence"]
             == len(self.batches) + 1 and min(one[2] for one in counts) > 0, "counts or a number that cannot be")
        message = self.sealed(batch, None)
        need(len(signers) == 2 and all(1 <= one <= len(self.tellers) for one in signers), "not signed by two tellers")
        people, told = [self.tellers[one - 1] for one in signers], bound("ccin-vote paper batch v1", message, canonical(counts))
        need(people[0] != people[1] and all(signed(key, unb64(mark), told) for key, (_, mark) in zip(
            people, event["signatures"])) and unb64(batch["credential"]) == people[0] and signed(
            people[0], unb64(batch["signature"]), message), "a teller's signature that does not verify")
        self.batches.append((line, counts))
        self.enough_revoked_for_paper()

    def enough_revoked_for_paper(self):
        given = [self.credentials[o] for o, why in self.revoked.items() if why == "paper" and o not in self.replaced]
        left = Counter((contest, votes) for votes, contests in given for contest in contests)
        for contest, votes, papers in (row for _, counts in self.batches for row in counts):
            left[contest, votes] -= papers
        need(min(left.values(), default=0) >= 0, "more papers than credentials that were revoked for paper")

    def candidate_withdrawn(self, _line, event, _leaves):
        contest, who = self.contests[event["contest"]], event["candidate"]
        need(who in contest.ids and contest.ids.index(who) not in contest.gone, "nobody who could withdraw")
        contest.gone.add(contest.ids.index(who))

    def poll_closed(self, _line, event, leaves):
        closes = self.frozen["timetable"]["closes"]
        closes = closes if closes.tzinfo else closes.replace(tzinfo=ZoneInfo(self.frozen["timezone"]))
        scheduled = closes.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        need(event["scheduled"] == scheduled <= event["time"], "closed too early, or by another timetable")
        self.state, self.closed_root = "closed", root(leaves)

    def counting(self, aside=()):
        """Line, contest and votes of every paper that counts, without those of lines set aside."""
        lines = {who: held[-1 if self.latest else 0][0] for who, held in self.held.items() if who not in self.revoked}
        papers = [(at, contest, self.credentials[who][0]) for who, at in lines.items() for contest in self.credentials[who][1]]
        papers += [(at, name, votes) for at, counts in self.batches for name, votes, many in counts for _ in range(many)]
        return [one for one in papers if one[0] not in aside]

    def ballots_opened(self, _line, event, _leaves):
        signers, (aside, papers) = [one for one, _ in event["signatures"]], ([o for o, _ in event["set_aside"]], Counter())
        need(unb64(event["closed_root"]) == self.closed_root, "the opening of another closed log")
        need(signers == sorted(set(signers)) and len(signers) >= self.event["needed"] and all(
            1 <= one <= len(self.scrutineers) for one in signers), "an opening that too few scrutineers signed")
        told = bound("ccin-vote opening v1", self.election.encode(), self.closed_root, unb64(event["digest"]),
                     canonical([event["totals"], event["set_aside"]]))
        need(all(signed(self.scrutineers[one - 1], unb64(mark), told) for one, mark in event["signatures"]),
             "a scrutineer's signature that does not verify")
        need(len(set(aside)) == len(aside) and {one[0] for one in self.counting()}.issuperset(aside), "set aside wrongly")
        for _, contest, votes in self.counting(set(aside)):
            papers.update({(contest, "papers"): 1, (contest, "votes"): votes})
        need(event["totals"] == [[name, papers[name, "papers"], papers[name, "votes"]] for name in self.contests],
             "papers and votes that are not those of the ballots that count")
        self.state, self.opening = "opened", event

    def lot_drawn(self, _line, event, _leaves):
        among = [one for one in self.contests[event["contest"]].names if one in event["among"]]
        key = event["contest"], event["stage"], event["purpose"], tuple(sorted(among))
        need(len(among) > 1 and event["among"] == among and sorted(event["order"]) == sorted(among)
             and key not in self.lots, "a lot that cannot be")
        self.lots[key] = event["order"]

    def result_declared(self, line, event, leaves):
        need(unb64(event["head"]) == root(leaves[: line - 1]), "the declaration cites another head of the log")
        self.state, self.declared = "declared", event

# The count again, in fractions, from the words of each rule.
class Table:
    """Papers as (places, copies); what was found as stages of votes, votes for nobody, elected, excluded."""
    def __init__(self, contest, papers, lots):
        self.contest, self.lots, self.left, self.winners, self.stages = contest, lots, contest.standing, [], []
        places = [([tuple(one for one in place if one in self.left) for place in paper], n) for paper, n in papers]
        self.papers = [([place for place in paper if place], copies) for paper, copies in places if any(paper)]
        self.total, self.quota, self.size = sum(copies for _, copies in self.papers), None, len(contest.names)
    vacancies = property(lambda self: self.contest.seats - len(self.winners))
    def write(self, votes, elected=(), excluded=(), lost=0, aside=None):
        aside = self.total - sum(votes) - lost if aside is None else aside
        self.stages.append((list(votes), aside, lost, set(elected), set(excluded)))
    def one(self, among, purpose, past=()):
        """Whom earlier stages, in this order, tell apart from the others; else a lot."""
        for votes in past:
            best = (min if purpose == "exclusion" else max)(votes[one] for one in among)
            among = [one for one in among if votes[one] == best]
        names = sorted(self.contest.names[one] for one in among)
        order = self.lots.get((self.contest.id, len(self.stages) + 1, purpose, tuple(names)))
        need(len(among) == 1 or order, f"a lot among {', '.join(names)} is not in the log")
        return self.contest.names.index(order[0]) if len(among) > 1 else among[0]

def marks(table):
    votes, left, elected = [Fraction(0)] * table.size, table.left, []
    for places, copies in table.papers:
        for one in {one for place in places for one in place}:
            votes[one] += copies
    while left and table.vacancies:
        best = [one for one in left if votes[one] == max(votes[other] for other in left)]
        one = best[0] if len(best) <= table.vacancies else table.one(best, "election")
        left = [other for other in left if other != one]
        table.winners.append(one)
    table.write(votes, table.winners, aside=0)

def alternative_vote(table):
    left, past = table.left, []
    while True:
        votes = [Fraction(0)] * table.size
        for places, copies in table.papers:
            for one in [one for (one,) in places if one in left][:1]:
                votes[one] += copies
        ahead = [one for one in left if 2 * votes[one] > sum(votes)]
        if not ahead and len(left) == 2:
            ahead = [table.one([o for o in left if votes[o] == max(votes[p] for p in left)], "election", past)]
        if ahead:
            table.winners = ahead
            return table.write(votes, ahead)
        last = table.one([o for o in left if votes[o] == min(votes[p] for p in left)], "exclusion", past)
        left, past = [one for one in left if one != last], [*past, votes]
        table.write(votes, (), [last])

def transfers(table, ers):
    """Scottish STV (rules 46 to 52 of the 2011 Order), or ERS97: papers as [ranking, copies, value, pile, move]."""
    papers = [[[o for (o,) in places], n, Fraction(1), None, 0] for places, n in table.papers]
    hopeful, waiting, steps, past, kept = list(table.left), [], [], [], [Fraction(0)] * table.size
    lost, move, quota, seats, unit = Fraction(0), 0, Fraction(0), table.contest.seats, 100 if ers else 10**5
    def votes():
        held = list(kept)
        for _, copies, value, pile, _ in papers:
            if pile is not None:
                held[pile] += copies * value
        return held
    def hand_on(some):
        nonlocal move
        move += 1
        for paper in some:
            paper[3:] = next((one for one in paper[0] if one in hopeful), None), move
    def hundredth(value):
        return max(Fraction(ceil(value * 100), 100), Fraction(1, 100))
    def least(held, purpose="exclusion"):
        few = [one for one in hopeful if held[one] == min(held[other] for other in hopeful)]
        return table.one(few, purpose, past if ers else past[::-1])
    hand_on(papers)
    while True:
        held, elected = votes(), []
        if not ers:
            quota = Fraction(table.total // (seats + 1) + 1)
        elif not table.winners:
            quota = min(quota or Fraction(table.total), hundredth(sum(held) / (seats + 1)))
        table.quota = table.quota or quota
        while table.vacancies and hopeful:
            enough = quota
            if ers and table.winners:
                active = sum(max(held[o] - quota, 0) for o in table.winners) + sum(held[o] for o in hopeful)
                enough = min(quota, hundredth(active / (table.vacancies + 1)))
            most = max(held[one] for one in hopeful)
            equal = [one for one in hopeful if held[one] == most]
            room = table.vacancies
            if most < enough:
                break
            ready = equal if len(equal) <= room else told_apart(equal, room, past)
            if not ready:
                break
            hopeful = [one for one in hopeful if one not in ready]
            table.winners += ready
            elected += ready
            waiting += [one for one in ready if held[one] > quota]
        spare, order = sum(held[one] - quota for one in waiting), sorted(hopeful, key=lambda one: held[one])
        if table.vacancies == 0 or len(hopeful) <= table.vacancies:
            rest = sorted(hopeful, key=lambda one: -held[one]) if table.vacancies else []
            table.winners += rest
            return table.write(held, elected + rest, (), lost)
        losers = []
        for limit in sorted({held[one] for one in hopeful})[1:] if ers else ():
            below = [one for one in hopeful if held[one] < limit]
            if len(hopeful) - len(below) >= table.vacancies and sum(held[o] for o in below) + spare <= limit:
                losers = below
        wait = ers and (losers or len(order) > 1 and held[order[0]] + spare <= held[order[1]])
        if ers and not steps and (not waiting or wait) and len(hopeful) - max(1, len(losers)) <= table.vacancies:
            out = losers or [least(held)]
            rest = sorted((one for one in hopeful if one not in out), key=lambda one: -held[one])
            table.winners += rest
            return table.write(held, elected + rest, out, lost)
        if steps:
            table.write(held, elected, (), lost)
            past.append(held)
            hand_on(steps.pop(0))
        elif waiting and not wait:
            large = [one for one in waiting if held[one] == max(held[other] for other in waiting)]
            source = table.one(large, "surplus", past if ers else past[::-1])
            table.write(held, elected, (), lost)
            past.append(held)
            waiting.remove(source)
            surplus, pile = held[source] - quota, [paper for paper in papers if paper[3] == source]
            going = pile
            if ers:
                last = max(paper[4] for paper in pile)
                going = [p for p in pile if p[4] == last and any(one in hopeful for one in p[0])]
            count, highest = sum(paper[1] for paper in going), max((p[2] for p in going), default=0)
            moved = 0
            for paper in pile:
                paper[3] = None
            for paper in going:
                if not ers:
                    paper[2] = Fraction(floor(paper[2] * surplus / held[source] * unit), unit)
                elif count * highest > surplus:
                    paper[2] = Fraction(floor(surplus / count * unit), unit)
                moved += paper[1] * paper[2]
            if not ers or count * highest > surplus:
                lost += surplus - moved
            kept[source] = quota
            hand_on(going)
        else:
            out = losers or [least(held)]
            hopeful = [one for one in hopeful if one not in out]
            table.write(held, elected, out, lost)
            past.append(held)
            going = [paper for paper in papers if paper[3] in out]
            values = sorted({paper[2] for paper in going}, reverse=True) if ers else []
            steps = [[p for p in going if p[2] == value] for value in values] or [going]
            hand_on(steps.pop(0))

def told_apart(equal, room, past):
    """Those of too many equals whom the first unequal stage puts first (ERS97, 5.6.2)."""
    chosen = []
    while len(chosen) < room and len(equal) > room - len(chosen):
        left = equal
        for votes in past:
            left = [one for one in left if votes[one] == max(votes[other] for other in left)]
        if len(left) > 1:
            return chosen
        chosen, equal = chosen + left, [one for one in equal if one not in left]
    return chosen

def meek(table):
    """Keep values in units of 10**-27 votes, rounded up; parts of votes rounded down."""
    unit, hopeful, before = 10**27, list(table.left), None
    keep = dict.fromkeys(hopeful, unit)
    def walk(places, weight, copies):
        for at, place in enumerate(places):
            group = [one for one in place if one in keep]
            for one in group:
                part = weight // len(group)
                votes[one] += part * keep[one] // unit * copies
                rest = part * (unit - keep[one]) // unit
                if rest:
                    walk(places[at + 1 :], rest, copies)
            if group:
                return
    while True:
        votes = dict.fromkeys(range(table.size), 0)
        for places, copies in table.papers:
            walk(places, unit, copies)
        quota = sum(votes.values()) // (table.contest.seats + 1) + 1
        elected = sorted((one for one in hopeful if votes[one] >= quota), key=lambda one: -votes[one])
        table.winners += elected
        hopeful, out = [one for one in hopeful if one not in elected], []
        surplus = max(0, sum(votes[one] - quota for one in table.winners))
        done = table.vacancies == 0 or len(hopeful) <= table.vacancies
        if done:
            elected += (rest := sorted(hopeful, key=lambda o: -votes[o]) if table.vacancies else [])
            table.winners += rest
        elif not elected and (surplus <= 10**18 or before is not None and surplus >= before):
            equal = [one for one in hopeful if votes[one] - min(votes[o] for o in hopeful) <= surplus]
            out = [table.one(equal, "exclusion")]
            hopeful.remove(out[0])
            del keep[out[0]]
        if elected or out or done:
            table.write([Fraction(votes[one], unit) for one in range(table.size)], elected, out)
        before = None if elected or out else surplus
        if done:
            return
        for one in () if out else table.winners:
            keep[one] = min(unit, -(-(-(-keep[one] * quota // unit)) * unit // votes[one]))

RULES = {"first-past-the-post": (marks, 0), "approval": (marks, 0), "alternative-vote": (alternative_vote, 0),
         "scottish-stv": (lambda table: transfers(table, False), 5), "ers97": (lambda table: transfers(table, True), 2),
         "meek": (meek, 9)}

# The folder: heads and cosignatures, copies, pages, opened papers, the count again, what was declared.
GROUNDS = {"revoked": "its credential was revoked", "copied": "a part of it stands in another ballot",
           "older-sequence": "older than the one held; check the device's clock", "late": "it came after the close",
           "not-first": "a ballot of this member is held, and the first one counts"}
REASONS = ("blank", "no-first-preference", "more-than-one", "unclear", "uncertain", "not-identifiable",
           "voter-identifiable", "undecodable", "repeated", "unknown-candidate", "only-withdrawn")

def code(digest):
    bits = int.from_bytes(digest[:10], "big")
    symbols = ["0123456789ABCDEFGHJKMNPQRSTVWXYZ"[bits >> (75 - 5 * at) & 31] for at in range(16)]
    return "-".join("".join(symbols[at : at + 4]) for at in range(0, 16, 4))

def ballot_codes(poll):
    rows = [(code(digest), f"refused: {GROUNDS[reason]}") for digest, reason in poll.refused]
    for who, held in poll.held.items():
        for one in held:
            late = "counts" if one is held[-1 if poll.latest else 0] else "superseded by a later ballot of the same member"
            rows.append((code(one[2]), "does not count: the credential was revoked" if who in poll.revoked else late))
    head = ["REHEARSAL - this is not a real election", ""] if poll.frozen.get("rehearsal") else []
    head += [poll.frozen["title"], f"Election {poll.election}", "",
             "Find the ballot code that you were shown when you voted. It tells that your sealed",
             "ballot arrived and whether it counts; it does not tell how you voted.", ""]
    return "\n".join([*head, *(f"{one}  {told}" for one, told in sorted(rows))]) + "\n"

def heads(folder, poll, leaves, officer):
    def head(name):
        note, lines = read_note((folder / name).read_bytes())
        origin, size, digest = read_head(note)
        need(origin == officer[0] and any(by(*officer, note, one) for one in lines), f"{name}: not by the officer's key")
        need(size <= len(leaves) and digest == root(leaves[:size]), f"{name}: it does not sign this log")
        for one in lines:
            keys = [(f"{officer[0]}/scrutineer-{n}", b"\4", key) for n, key in enumerate(poll.scrutineers, 1)]
            need(one[1][:4] == key_id(*officer) or any(by(*key, note, one) for key in keys), f"{name}: a false cosignature")
        return size
    need(head("checkpoint") == len(leaves), "checkpoint: it does not sign the whole log")
    for point, line in poll.points.items():
        there = (folder / "checkpoints" / point).exists()
        need(there == (line is not None), f"checkpoints/{point}: missing, or the log was never {point}")
        need(line is None or head(f"checkpoints/{point}") == line, f"checkpoints/{point}: not of that line")

def copies(folder, poll, _leaves, officer):
    keys = enumerate(poll.scrutineers, 1)
    files = {"officer.vkey": vkey(*officer) + "\n", "election.toml": poll.event["definition"],
             "ballot-codes.txt": ballot_codes(poll), "scrutineers.vkeys": "".join(
                 vkey(f"{officer[0]}/scrutineer-{number}", b"\4", key) + "\n" for number, key in keys)}
    for name, wanted in files.items():
        need((folder / name).read_bytes() == wanted.encode(), f"{name}: not what the log says")
    names = {}
    for contests, digests in poll.pages.items():
        joined = "_and_".join(contests)
        names[f"ballot-{joined if len(joined) <= 100 else sha(joined.encode()).hex()[:16]}.html"] = digests
    need(names.keys() == {one.name for one in folder.glob("ballot-*.html")}, "ballot pages are missing or too many")
    for name, digests in names.items():
        need(base64.urlsafe_b64encode(sha((folder / name).read_bytes())).decode()[:-1] in digests, f"{name}: another page")

def opened(folder, poll, _leaves, _officer):
    path = folder / "opened.json"
    if poll.state not in ("opened", "declared") or poll.frozen["secrecy"].get("publication", "full") != "full":
        need(not path.exists(), "opened.json: the log does not allow it here")
        return partial.extend(["NOT COUNTED AGAIN: the papers are withheld"] * (poll.state in ("opened", "declared")))
    data = path.read_bytes()
    need(sha(data) == unb64(poll.opening["digest"]), "opened.json: not the papers that the scrutineers signed")
    papers = read_json(data)["contests"]
    rows = [one["papers"] + one["informal"] for one in papers]
    totals = [[one["id"], sum(r[2] for r in row), sum(r[1] * r[2] for r in row)] for one, row in zip(papers, rows)]
    need(totals == poll.opening["totals"], "opened.json: not the totals of the log")
    records = json.loads((folder / "result.json").read_bytes())["contests"] if (folder / "result.json").exists() else []
    need(records or poll.state == "opened", "result.json: the record is missing")
    sheet = (folder / "result.md").read_text("utf-8") if (folder / "result.md").exists() else None
    for contest, one, record in zip(poll.contests.values(), papers, records):
        counted(contest, one, record, poll.lots)
        told = " ".join(re.sub(r"\\(.)", r"\1", sheet or "").split())
        need(sheet is None or all(name in told for name in record["winners"]), "result.md: other winners than the record's")

def counted(contest, papers, record, lots):
    """Count a contest again and compare every figure of the record."""
    def same(what, told, found):
        need(told == found, f"result.json: {contest.id}: {what}: the record says {told}, the papers say {found}")
    rows = [([tuple(o) if isinstance(o, list) else (o,) for o in paper], votes, many) for paper, votes, many in papers["papers"]]
    for paper, votes, many in rows:
        named = [one for place in paper for one in place]
        need(named and len(set(named)) == len(named) and set(named) <= set(range(len(contest.names))) and votes > 0
             and many > 0 and all(list(place) == sorted(place) for place in paper), "opened.json: a paper that cannot be")
    need(rows == sorted(rows) and len({(str(p), v) for p, v, _ in rows}) == len(rows), "opened.json: papers not sorted")
    need(all(reason in REASONS and many > 0 for reason, _, many in papers["informal"]), "opened.json: an unknown reason")
    informal, valid = Counter(), 0
    for reason, _, many in papers["informal"]:
        informal[reason] += many
    for paper, _, many in rows:
        stands = any(one not in contest.gone for place in paper for one in place)
        valid, informal["only-withdrawn"] = valid + many * stands, informal["only-withdrawn"] + many * (not stands)
    informal = {reason: many for reason, many in informal.items() if many}
    for what, found in {"valid": valid, "informal_reasons": informal, "blank": informal.get("blank", 0), "title":
                        contest.title, "informal": sum(informal.values()) - informal.get("blank", 0), "seats": contest.seats,
                        "candidates": contest.names}.items():
        same(what, record[what], found)
    same("rule", record["rule"]["name"], contest.rule)
    if contest.rule not in RULES and not contest.uncontested:
        return partial.append(f"NOT COUNTED AGAIN: contest {contest.id}, rule {contest.rule}")
    count, places = RULES.get(contest.rule, (None, 0))
    table = Table(contest, [(paper, votes * many) for paper, votes, many in rows], lots)
    if len(contest.standing) <= contest.seats:
        table.winners = contest.standing
    elif valid + sum(informal.values()) >= contest.quorum:
        count(table)
    def cut(votes):
        return Fraction(floor(votes * 10**places), 10**places)
    winners = [contest.names[one] for one in table.winners if one != contest.reopen]
    same("winners", record["winners"], winners)
    same("quota", record["quota"] and Fraction(record["quota"]), None if table.quota is None else cut(table.quota))
    same("number of stages", len(record["stages"]), len(table.stages))
    for number, (told, (votes, aside, lost, elected, excluded)) in enumerate(zip(record["stages"], table.stages), 1):
        held = [cut(one) for one in votes]
        rest = cut(sum(votes) + aside + lost) - cut(aside) - sum(held)
        same(f"stage {number}, votes", [Fraction(told["votes"][name]) for name in contest.names], held)
        same(f"stage {number}, non-transferable", Fraction(told["non_transferable"]), cut(aside))
        same(f"stage {number}, rounding", Fraction(told["lost_to_rounding"]), rest)
        same(f"stage {number}, elected", sorted(told["elected"]), sorted(contest.names[one] for one in elected))
        same(f"stage {number}, excluded", sorted(told["excluded"]), sorted(contest.names[one] for one in excluded))

def declared(folder, poll, _leaves, _officer):
    files = dict(poll.declared["files"]) if poll.state == "declared" else {}
    known = {"result.md", "result.json", "opened.json", *(f"papers/{one}.blt" for one in poll.contests)}
    need(poll.state != "declared" or {"result.md", "result.json"} <= files.keys() <= known, "other files are declared")
    for name, digest in files.items():
        need(sha((folder / name).read_bytes()) == unb64(digest), f"{name}: not the file that was declared")

def verify(folder, earlier=None):
    poll, leaves, points = None, [], {"election.opened": "opened", "poll.closed": "closed", "result.declared": "declared"}
    lines = (folder / "log.jsonl").read_bytes().split(b"\n")
    kept = dict.fromkeys(points.values())
    for number, line in enumerate(lines[:-1], 1):
        try:
            event = read_json(line)
            need(EVENTS[event["type"]](event), "the fields are not as they should be")
            leaves.append(sha(b"\0" + line))
            if poll is None:
                need(event["type"] == "election.opened", "the log does not begin with election.opened")
                poll = Poll(event, line)
            else:
                poll.apply(number, event, leaves)
            kept[points.get(event["type"], "")] = number
        except Exception as error:
            return faults.append(f"log.jsonl:{number}: {error or type(error).__name__}")
    if poll is None or lines[-1]:
        return faults.append(f"log.jsonl:{len(lines)}: the last line has no end")
    officer = (f"ccin-vote/{poll.election}", b"\1", unb64(poll.event["officer"].split("+", 2)[2], 33, b"+/")[1:])
    poll.points = {name: kept[name] for name in points.values()}
    for check in (heads, copies, opened, declared):
        try:
            check(folder, poll, leaves, officer)
        except Exception as error:
            faults.append(f"{error or type(error).__name__}")
    if earlier is not None:
        origin, size, digest = read_head(read_note(earlier)[0])
        if origin != officer[0] or size > len(leaves) or root(leaves[:size]) != digest:
            faults.append("log.jsonl: it does not continue the log of the checkpoint that you kept")

def main(arguments):
    folder = Path(arguments[0]) if arguments else Path()
    if not 1 <= len(arguments) <= 2 or not (folder / "log.jsonl").is_file():
        print(__doc__ if len(arguments) != 1 else f"{folder}: there is no log.jsonl; is this a published folder?")
        return 3
    verify(folder, Path(arguments[1]).read_bytes() if len(arguments) == 2 else None)
    for words in faults:
        print(f"WRONG  {words}")
    for words in partial:
        print(f"PARTIAL  {words}")
    print("Something is wrong." if faults else "Partial." if partial else "Everything verifies.")
    return 4 if faults else 1 if partial else 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
