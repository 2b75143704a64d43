"""Verify a published election folder and count again:  python3 verify.py FOLDER [CHECKPOINT, one that you kept]
It shares no code with the program that ran the election. Exit code 0: all verifies. 1: PARTIAL, not all is checked (for
signatures it needs `cryptography`). 3: no folder. 4: a fault. That ballots were opened rightly, no folder can show."""
import base64, collections, contextlib, datetime, hashlib, json, pathlib, re, sys, tomllib, zoneinfo
Ed25519PublicKey = None
with contextlib.suppress(ImportError):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
def need(right, words):
    if not right:
        raise ValueError(words)
# Bytes: hashes, canonical JSON (RFC 8785), parts behind their lengths, signatures, the tree of hashes (RFC 6962).
sha = lambda data: hashlib.sha256(data).digest()
encoded = lambda data: base64.b64encode(data).decode()
def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
def bound(label, *parts):
    return b"".join(len(one).to_bytes(8, "big") + one for one in (label.encode(), *parts))
def check_signatures(rows, keys, message):  # each signature with the number of its key before it, from 1
    for number, signature in rows if Ed25519PublicKey else []:
        Ed25519PublicKey.from_public_bytes(keys[number - 1][:32]).verify(signature, message)
def root(leaves):
    while len(leaves) > 1:
        leaves = [sha(b"\1" + one + two) for one, two in zip(leaves[::2], leaves[1::2])] + leaves[len(leaves) & ~1 :]
    return leaves[0] if leaves else sha(b"")
# Shapes: a type, a range, some words, base64url of so many bytes (0: any), a list [of], a row (of), an object {of}.
COUNT, LINE, WHOLE, BYTES, HASH, SIGNATURE = range(2**53), range(1, 2**53), range(1 - 2**53, 2**53), 0, 32, 64
WHY = {"lost", "wrong-address", "contact-changed", "misused", "paper", "member-left"}
GROUNDS = {"revoked": "its credential was revoked", "copied": "a part of it stands in another ballot",
           "older-sequence": "older than the one held; check the device's clock", "late": "it came after the close",
           "not-first": "a ballot of this member is held, and the first one counts"}
COUNTS, SIGNERS, CREDENTIAL = [(str, LINE, LINE)], [(LINE, SIGNATURE)], dict(key=HASH, votes=LINE, contests=[str])
SEALED = dict(election=str, manifest=HASH, credential=HASH, sequence=COUNT, ciphertext=BYTES, digests=[HASH],
              shares=[80], signature=SIGNATURE)
INFORMAL = {"blank", "no-first-preference", "more-than-one", "unclear", "uncertain", "not-identifiable", "undecodable",
            "voter-identifiable", "repeated", "unknown-candidate", "only-withdrawn"}
OPENED = dict(election=str, salt=BYTES, set_aside=[(WHOLE, str)], contests=[
              dict(id=str, papers=[(list, LINE, LINE)], informal=[(INFORMAL, LINE, LINE)])])
def taken(value, shape):
    if isinstance(shape, dict):
        need(value.keys() == shape.keys(), f"not the fields {', '.join(shape)}")
        return {name: taken(one, shape[name]) for name, one in value.items()}
    if isinstance(shape, (list, tuple)):
        need(type(value) is list and (isinstance(shape, list) or len(value) == len(shape)), "not a list of this length")
        return [*map(taken, value, shape if isinstance(shape, tuple) else shape * len(value))]
    if isinstance(shape, int):
        data = base64.urlsafe_b64decode(value + "===")
        need(base64.urlsafe_b64encode(data).rstrip(b"=") == value.encode() and shape in (0, len(data)), "no base64url")
        return data
    kind = shape if isinstance(shape, type) else int if isinstance(shape, range) else str
    need(type(value) is kind and (kind is shape or value in shape), f"not what may stand here: {value!r}")
    return value
class Contest:
    def __init__(self, table, lots):
        self.id, self.title, self.rule, self.seats = (table[name] for name in ("id", "title", "rule", "seats"))
        people, reopen = table.get("candidates", []), ["Re-open nominations"] * table.get("reopen_nominations", False)
        self.ids, self.lots, self.winners, self.stages = [one["id"] for one in people], lots, [], []
        self.names = [one["name"] for one in people] + reopen or ["For", "Against", "Abstain"]
        self.standing = [at for at in range(len(self.names)) if at >= len(people) or not people[at].get("withdrawn")]
        self.counted = self.rule in RULES and not table.get("constraints")  # here: elsewhere `verify` counts again
        self.contested, self.quorum = self.rule == "motion" or len(self.standing) > self.seats, table.get("quorum", 0)
    def narrowed(self, among, purpose, *votes):  # by most votes (to be excluded: fewest), and by earlier stages
        for held in (*votes, *([stage[0] for stage in self.stages][:: self.look] if self.look else [])):
            best = (min if purpose == "exclusion" else max)(held[one] for one in among)
            among = [one for one in among if held[one] == best]
        return among
    def choose(self, among, purpose, *votes):  # the same and, in the end, by lot
        return self.drawn(self.narrowed(among, purpose, *votes), purpose)[0]
    def drawn(self, among, purpose):  # in the order of the lot that is in the log
        names = sorted(self.names[one] for one in among)
        order = names if len(names) == 1 else self.lots.get((self.id, len(self.stages) + 1, purpose, tuple(names)))
        need(order, f"result.json: {self.id}: a lot among {names} is not in the log")
        return [self.names.index(name) for name in order]
def ascending(rows):  # sorted, and none stands twice
    return all(one < two for one, two in zip(rows, rows[1:]))
def total(contest, rows):  # papers and votes; a row ends in the votes of one paper, and how many such papers there are
    return [contest, sum(row[2] for row in rows), sum(row[1] * row[2] for row in rows)]
class Poll:  # a function of an event's name checks it by all before it: fields and their shapes -> when it may happen
    def __init__(self):
        self.leaves, self.number, self.heads, self.opening, self.declared = [], 0, {"checkpoints/opened": 1}, None, []
        self.credentials, self.revoked, self.held, self.codes, self.pages = {}, {}, {}, [], []
        self.state, self.parts, self.batches, self.on_paper, self.lots = "draft", set(), {}, collections.Counter(), {}
    def apply(self, line):
        self.line, self.number, event = line, len(self.leaves) + 1, json.loads(line)
        need(canonical(event) == line and len(line) <= 64 << 20, "not canonical JSON (RFC 8785), or too long")
        kind, time = event.pop("type"), event.get("time", "2000-01-01T00:00:00Z")
        check = getattr(self, kind.replace(".", "_"))
        shapes = {name: one for name, one in check.__annotations__.items() if name in event or name != "order"}
        need(self.state in shapes.pop("return") and "_" not in kind, f"{kind}, and the poll is {self.state}")
        need(time[0] == "2" and f"{datetime.datetime.fromisoformat(time):%Y-%m-%dT%H:%M:%SZ}" == time, "not a time")
        check(**taken(event, shapes))
        need(min(self.on_paper.values(), default=0) >= 0, "more papers than credentials that were revoked for paper")
        self.leaves.append(sha(b"\0" + line))
    def public_key(self, line):  # its owner signed it for this election
        data, slug = taken(line.removeprefix("ccin-vote-key1."), 128), self.election.rpartition("-")[0].encode()
        check_signatures([(1, data[64:])], [data], bound("ccin-vote scrutineer key v1", slug, data[:32], data[32:64]))
        return data[:32]
    def rights(self, credential):  # the contests that it may vote in, each with its votes
        rows = sorted((contest, credential["votes"]) for contest in credential["contests"])
        need(0 < len(rows) == len({*rows}) and all(self.contests[one].contested for one, _ in rows), "no such contests")
        return rows
    def sealed(self, one, key, lengths):  # checks a ballot or a batch of paper ballots; gives the bytes that are signed
        text, digests, shares = one["ciphertext"], one["digests"], one["shares"]
        need([one["election"], one["manifest"], one["credential"]] == [self.election, self.manifest, key], "of another")
        need(len(digests) == len(shares) == len(self.scrutineers) and len(text) in lengths, "not the parts of a ballot")
        need(self.parts.isdisjoint([text, *digests, *shares]), "a part of it stands in the log already")
        self.parts.update([text, *digests, *shares])
        message = bound("ccin-vote sealed ballot v1", self.election.encode(), self.manifest, key,
                        one["sequence"].to_bytes(8, "big"), text, bound("digests", *digests), bound("shares", *shares))
        return check_signatures([(1, one["signature"])], [key], message) or message
    def election_opened(self, election: str, definition: str, roll_digest: HASH, roll_size: COUNT, electors: COUNTS,
                        officer: str, scrutineers: [str], needed: COUNT, software: str, time: str,
                        order: [(str, [str])] = None) -> ["draft"]:
        self.election, self.definition, self.electors, self.needed = election, definition, electors, needed
        self.state, self.roll, self.manifest, self.frozen = "open", roll_size, sha(self.line), tomllib.loads(definition)
        people, options = [one["key"] for one in self.frozen["scrutineers"]], self.frozen.get("options", {})
        need(people == scrutineers and self.frozen["secrecy"]["needed"] == needed, "other scrutineers than defined")
        self.scrutineers, self.first = [self.public_key(one) for one in people], options.get("revoting") == "first"
        self.tellers = [self.public_key(one["key"]) for one in self.frozen.get("tellers", [])]
        keys = {f"ccin-vote/{election}/scrutineer-{at}": b"\4" + key for at, key in enumerate(self.scrutineers, 1)}
        self.keys = {f"ccin-vote/{election}": b"\1" + base64.b64decode(officer.split("+", 2)[2])[1:]} | keys
        self.ids = {name: sha(name.encode() + b"\n" + key)[:4] for name, key in self.keys.items()}
        self.lines = [f"{name}+{self.ids[name].hex()}+{encoded(key)}\n" for name, key in self.keys.items()]
        need(f"{officer}\n" == self.lines[0], "not a key of this election's officer")
        self.contests = {table["id"]: Contest(table, self.lots) for table in self.frozen["contests"]}
        need(ascending([row[:2] for row in electors]) and all(self.contests[one].contested and total(
             one, [row for row in electors if row[0] == one])[1] <= roll_size for one, _, _ in electors), "no electors")
        drawn = [[one.id, sorted(one.ids)] for one in self.contests.values() if options.get("candidate_order") == "lot"]
        need((order and [[name, sorted(ids)] for name, ids in order]) == (drawn or None), "another order than defined")
    def credentials_issued(self, credentials: [CREDENTIAL]) -> ["open"]:
        need(not self.credentials and len(credentials) <= self.roll, "issued twice, or more than there are members")
        self.credentials = {one["key"]: self.rights(one) for one in credentials}
        need([*self.credentials] == sorted(one["key"] for one in credentials), "credentials that are not sorted")
        found = collections.Counter(row for rows in self.credentials.values() for row in rows)
        need(sorted([*row, many] for row, many in found.items()) == self.electors, "not the totals of the roll")
    def credential_revoked(self, credential: HASH, reason: WHY) -> ["open"]:
        need(credential in self.credentials and credential not in self.revoked, "the credential is not a live one")
        self.revoked[credential] = reason
        self.on_paper.update(self.credentials[credential] if reason == "paper" else [])
    def credential_reissued(self, revoked: HASH, credential: CREDENTIAL, superseded: bool) -> ["open"]:
        rows, why, new = self.credentials[revoked], self.revoked[revoked], credential["key"]
        need(why != "replaced" and new not in self.credentials, "it was replaced before, or is not new")
        need(self.rights(credential) == rows and superseded == (revoked in self.held), "it may do something else")
        self.on_paper.subtract(rows if why == "paper" else [])
        self.credentials[new], self.revoked[revoked] = rows, "replaced"
    def page_issued(self, contests: [str], digest: HASH) -> ["open"]:
        known = [one.id for one in self.contests.values() if one.contested and one.id in contests]
        joined = "_and_".join(contests)
        page = f"ballot-{joined if len(joined) <= 100 else sha(joined.encode()).hex()[:16]}.html", digest
        need(contests and contests == known and page not in self.pages, "a page that could not be issued")
        self.pages.append(page)
    def ballot_accepted(self, ballot: SEALED | dict(sequence=range(10**14, 10**15))) -> ["open"]:
        who, held = ballot["credential"], self.held.setdefault(ballot["credential"], [])
        need(who in self.credentials and who not in self.revoked, "a ballot under a credential that is not live")
        need(not held or not self.first and ballot["sequence"] > held[-1][1], "an older ballot, or one too many")
        self.sealed(ballot, who, [17 + 2 * sum(len(one.names) for one in self.contests.values())])
        held.append((self.number, ballot["sequence"], sha(self.line[10:-26])))  # the ballot's own JSON
    def ballot_refused(self, digest: HASH, credential: HASH, reason: str) -> ["open", "closed", "opened", "declared"]:
        voted, gone, late = credential in self.held, credential in self.revoked, self.state != "open"
        ground = {"revoked": gone, "older-sequence": voted and not self.first, "not-first": voted and self.first}
        need(late == (reason == "late") and credential in self.credentials and ground.get(reason, True), "no ground")
        self.codes.append((digest, f"refused: {GROUNDS[reason]}"))  # fails for any other reason
    def paper_entered(self, batch: SEALED, counts: COUNTS, signatures: SIGNERS) -> ["open"]:
        signers = [self.tellers[teller - 1] for teller, _ in signatures]
        need(len(signers) == len({*signers}) == 2 and batch["sequence"] == len(self.batches) + 1, "not by two tellers")
        need(ascending([row[:2] for row in counts]), "papers that are not sorted and grouped")
        message = bound("ccin-vote paper batch v1", self.sealed(batch, signers[0], range(17, 2**53)), canonical(counts))
        check_signatures(signatures, self.tellers, message)
        self.batches[self.number] = counts
        self.on_paper.subtract({(contest, votes): many for contest, votes, many in counts})
    def candidate_withdrawn(self, contest: str, candidate: str) -> ["open"]:
        self.contests[contest].standing.remove(self.contests[contest].ids.index(candidate))
    def incident_noted(self, text: str) -> ["open", "closed", "opened", "declared"]: ...
    def log_recovered(self, length: COUNT, digest: HASH) -> ["open", "closed", "opened", "declared"]: ...
    def poll_closed(self, time: str, scheduled: str) -> ["open"]:
        self.state, self.heads["checkpoints/closed"] = "closed", self.number
        closes, zone = self.frozen["timetable"]["closes"], zoneinfo.ZoneInfo(self.frozen["timezone"])
        closes = (closes if closes.tzinfo else closes.replace(tzinfo=zone)).astimezone(datetime.UTC)
        need(scheduled == f"{closes:%Y-%m-%dT%H:%M:%SZ}" <= time, "closed too early, or by another timetable")
    def ballots_opened(self, closed_root: HASH, digest: HASH, totals: [(str, COUNT, COUNT)], set_aside: [(WHOLE, str)],
                       signatures: SIGNERS) -> ["closed"]:
        self.state, self.opening, signers = "opened", (digest, totals, set_aside), [one for one, _ in signatures]
        need(signers == sorted({*signers}) and len(signers) >= self.needed, "not signed by enough scrutineers")
        need(closed_root == root(self.leaves[: self.heads["checkpoints/closed"]]), "the opening of another closed log")
        message = [self.election.encode(), closed_root, digest, canonical([totals, set_aside])]
        check_signatures(signatures, self.scrutineers, bound("ccin-vote opening v1", *message))
        counting = {who: held[0 if self.first else -1] for who, held in self.held.items() if who not in self.revoked}
        given = self.batches | {one[0]: [(*row, 1) for row in self.credentials[who]] for who, one in counting.items()}
        need(all(given.pop(at, None) for at, _ in set_aside), "a line is set aside that does not count")
        found = [total(one, [row for rows in given.values() for row in rows if row[0] == one]) for one in self.contests]
        need(totals == found, "not the papers and votes of the ballots that count")
    def lot_drawn(self, contest: str, stage: LINE, purpose: {"election", "surplus", "exclusion", "run-off", "order"},
                  among: [str], order: [str], drawn_by: str, witnessed_by: str) -> ["opened"]:
        question = contest, stage, purpose, tuple(sorted(among))
        need(len(among) > 1 and among == [one for one in self.contests[contest].names if one in among]
             and sorted(order) == sorted(among) and question not in self.lots, "a lot that cannot be, or drawn before")
        self.lots[question] = order
    def result_declared(self, files: [(str, HASH)], head: HASH, time: str) -> ["opened"]:
        need(head == root(self.leaves), "the declaration cites another head of the log")
        self.state, self.heads["checkpoints/declared"], self.declared = "declared", self.number, files
# The count again, from the words of each rule, in whole units of the last decimal place that the rule reckons with.
def only(among, paper):  # the paper without all others; places that fall empty close up
    return [left for place in paper if (left := [one for one in place if one in among])]
def marks(contest, papers, _):  # first past the post, and approval
    votes = [sum(copies for (place,), copies in papers if at in place) for at in range(len(contest.names))]
    while room := contest.seats - len(contest.winners):  # one lot for all who are equal where not all can be elected
        best = contest.narrowed([one for one in contest.standing if one not in contest.winners], "election", votes)
        contest.winners += best if len(best) <= room else contest.drawn(best, "election")[:room]
    contest.total, contest.stages = sum(votes), [(votes, 0, contest.winners, [])]
def transfers(contest, papers, unit):  # the alternative vote; Scottish STV, rules 46 to 53 of the 2011 Order; ERS97
    ers, one_seat, winners = contest.rule == "ers97", contest.rule == "alternative-vote", contest.winners
    papers = [[[one for (one,) in places], copies, unit, -1, 0] for places, copies in papers]  # ... value, pile, stage
    hopeful, steps, kept, lost, done = list(contest.standing), [papers], [0] * len(contest.names), 0, False
    seats, quota = contest.seats, (contest.total // unit // (contest.seats + 1) + 1) * unit
    while not done:
        for paper in steps.pop(0):
            paper[3:] = next((one for one in paper[0] if one in hopeful), -1), len(contest.stages)
        held, before, pile, out = [*kept, 0], len(winners), [], []
        for _, copies, value, who, _ in papers:
            held[who] += copies * value
        share = max(-(-sum(held[:-1]) // (seats + 1)), 1)
        quota = sum(held[:-1]) // 2 + 1 if one_seat else min(quota, share) if ers and not winners else quota
        contest.quota = None if one_seat else contest.quota or quota
        while hopeful and len(winners) < seats:  # elected: by the quota or, under ERS97, a share of the active votes
            most, room = max(held[one] for one in hopeful), seats - len(winners)
            best = [one for one in hopeful if held[one] == most]
            active = sum(held[:-1]) - sum(min(held[one], quota) for one in winners)  # all that waits is active, too
            enough = min(quota, max(-(-active // (room + 1)), 1)) if ers and winners else quota
            chosen = best[:1] if len(best) <= room else contest.narrowed(best, "election")
            if most < enough or len(chosen) > 1:
                break
            winners.append(hopeful.pop(hopeful.index(chosen[0])))
        winners += [contest.choose(hopeful, "election", held)] if one_seat and not winners and len(hopeful) == 2 else []
        done = len(winners) == seats or len(winners) + len(hopeful) <= seats
        if not done and not steps:  # a surplus moves, or the last are excluded (ERS97: all who cannot win together)
            waiting, losers = [one for one in winners if held[one] > quota], []
            for limit in sorted({held[one] for one in hopeful})[1:] if ers else []:
                below = [one for one in hopeful if held[one] < limit]
                together = sum(held[one] for one in below) + sum(held[one] - quota for one in waiting)
                losers = below if together <= limit and len(winners) + len(hopeful) - len(below) >= seats else losers
            over = [contest.choose(waiting, "surplus", held)] if waiting and not losers else []
            out = losers if losers or over else [contest.choose(hopeful, "exclusion", held)]
            pile, hopeful = [one for one in papers if one[3] in over + out], [one for one in hopeful if one not in out]
            done = ers and len(winners) + len(hopeful) <= seats
        winners += sorted(hopeful, key=held.__getitem__, reverse=True)[: seats - len(winners)] if done else []
        contest.stages.append((held[:-1], lost, winners[before:], out))
        if out:
            values = sorted({paper[2] for paper in pile}, reverse=True) if ers else []
            steps = [[paper for paper in pile if paper[2] == value] for value in values] or [pile]
        elif pile:
            last, surplus, kept[over[0]] = max(paper[4] for paper in pile), held[over[0]] - quota, quota
            going = [one for one in pile if not ers or one[4] == last and any(other in hopeful for other in one[0])]
            worth, steps = sum(paper[1] * paper[2] for paper in going), [going]
            for paper in pile:
                paper[2:4] = paper[2] * surplus // worth if worth > surplus else paper[2], -1
            lost += surplus - sum(paper[1] * paper[2] for paper in going) if worth > surplus else 0
RULES = {  # how it is counted, its decimal places, and which stages tell equals apart: 1 the first ones, -1 the last
    "first-past-the-post": (marks, 0, 0), "approval": (marks, 0, 0), "alternative-vote": (transfers, 0, 1),
    "scottish-stv": (transfers, 5, -1), "ers97": (transfers, 2, 1)}
def check_record(contest, opened, record, file):  # counts again what is recorded; gives what the sheet has to say then
    count, places, contest.look = RULES[contest.rule] if contest.counted else (None, 0, 0)
    found, weight, papers, names, contest.quota = collections.Counter(), collections.Counter(), [], contest.names, None
    rows = [([one if type(one) is list else [one] for one in paper], votes) for paper, votes, _ in opened["papers"]]
    need(ascending(rows) and ascending([row[:2] for row in opened["informal"]]), "opened.json: not sorted and grouped")
    for (paper, votes), (written, _, many) in zip(rows, opened["papers"]):
        named = sorted(one for place in paper for one in place)
        need("[]" != repr(named) == repr([at for at in range(len(names)) if at in named])
             and written == [one[0] if len(one) == 1 else sorted(one) for one in paper if one or not count]
             and len(paper) == {marks: 1, transfers: len(named)}.get(count, len(paper))
             and (len(named) == 1 or contest.rule != "first-past-the-post"), "opened.json: a paper that cannot be")
        left = only(contest.standing, paper)
        papers += [(left, votes * many)] if left else []
        found["valid" if left else "only-withdrawn"] += many
        weight["".join(" " + ("=".join(str(at + 1) for at in sorted(place)) or "-") for place in paper)] += votes * many
    if record is None:
        return ""
    blank = sum(votes * many for reason, votes, many in opened["informal"] if reason == "blank")
    lines = [f"{len(names)} {contest.seats}", *(f"-{at + 1}" for at in range(len(names)) if at not in contest.standing),
             *(f"{votes}{paper} 0" for paper, votes in weight.items()), *[f"{blank} 0"] * (blank > 0), "0",
             *('"' + re.sub(r'(["\\])', r"\\\1", one.replace("\n", " ")) + '"' for one in [*names, contest.title]), ""]
    need(not file.exists() or file.read_bytes() == "\n".join(lines).encode(), f"papers/{file.name}: not as opened.json")
    found.update({one: sum(row[2] for row in opened["informal"] if row[0] == one) for one, _, _ in opened["informal"]})
    contest.total = sum(copies for _, copies in papers) * 10**places
    if len(contest.standing) > contest.seats and found.total() >= contest.quorum:
        count(contest, papers, 10**places)
    filled = contest.winners if len(contest.standing) > contest.seats else contest.standing
    def text(units):
        return f"{units // 10**places}.{units % 10**places:0{places}}" if places else str(units)
    wanted = dict(valid=found.pop("valid", 0), informal_reasons=dict(+found), informal=found.total() - found["blank"],
                  blank=found["blank"], seats=contest.seats, rule={**record["rule"], "name": contest.rule},
                  quota=contest.quota and text(contest.quota).removesuffix("." + "0" * places), title=contest.title,
                  candidates=names, winners=[names[one] for one in filled if one < len(contest.ids)])
    need(record | wanted == record, f"result.json: {contest.id}: the papers say {wanted}")
    need(len(record["stages"]) == len(contest.stages), f"result.json: {contest.id}: not {len(contest.stages)} stages")
    for number, (told, (votes, lost, elected, out)) in enumerate(zip(record["stages"], contest.stages), 1):
        wanted = dict(number=number, votes=dict(zip(names, map(text, votes))), lost_to_rounding=text(lost),
                      non_transferable=text(contest.total - sum(votes) - lost),
                      elected=sorted(names[one] for one in elected), excluded=sorted(names[one] for one in out))
        told |= {"elected": sorted(told["elected"]), "excluded": sorted(told["excluded"])}
        need(told | wanted == told, f"result.json: {contest.id}: stage {number} is not as the papers say: {wanted}")
    *more, last = record["winners"] or ["nobody"]
    return f"{contest.title}: **{', '.join(more)}{' and ' if more else ''}{last}** {'are' if more else 'is'} elected"
def check_files(folder, poll, kept):  # heads and cosignatures, files that are copies or have a digest in the log
    for name in ("checkpoints/opened", "checkpoints/closed", "checkpoints/declared"):
        need((folder / name).exists() == (name in poll.heads), f"{name}: missing, or the log has not come so far")
    origin, sizes = f"ccin-vote/{poll.election}", {"checkpoint": len(poll.leaves)} | poll.heads
    sizes |= {path: min(abs(int(path.read_bytes().split(b"\n")[1])), len(poll.leaves)) for path in kept}
    for name, size in sizes.items():
        text, note = f"{origin}\n{size}\n{encoded(root(poll.leaves[:size]))}\n", (folder / name).read_bytes().decode()
        rows = re.findall("\u2014 (.*) (.*)\n", note)
        need(re.fullmatch(f"{re.escape(text)}\n(\u2014 .* .*\n)+", note), f"{name}: it is not a head of this log")
        need(origin in dict(rows) and len(dict(rows)) == len(rows), f"{name}: not signed by the officer, or twice")
        for signer, mark in rows:
            key, data = poll.keys[signer], base64.b64decode(mark)
            stamp = f"cosignature/v1\ntime {int.from_bytes(data[4:12], 'big')}\n" if key[0] == 4 else ""
            need(data[:4] == poll.ids[signer] and encoded(data) == mark and len(data) == (76 if stamp else 68)
                 and not (stamp and data[4] >> 7), f"{name}: not a signature of {signer}")
            check_signatures([(1, data[-64:])], [key[1:]], (stamp + text).encode())
    rows = poll.codes + [(one[2], "does not count: the credential was revoked" if who in poll.revoked else "counts" if
                          one is held[0 if poll.first else -1] else "superseded by a later ballot of the same member")
                         for who, held in poll.held.items() for one in held]
    crockford = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    rows = [(base64.b32encode(digest[:10]).decode().translate(crockford), told) for digest, told in rows]
    lines = ["REHEARSAL - this is not a real election", ""] * poll.frozen.get("rehearsal", False) + [
        poll.frozen["title"], f"Election {poll.election}", "", "Find the ballot code that you were shown when you "
        "voted. It tells that your sealed", "ballot arrived and whether it counts; it does not tell how you voted.",
        "", *("-".join(re.findall("....", code)) + "  " + told for code, told in sorted(rows)), ""]
    wanted = [("officer.vkey", poll.lines[0]), ("scrutineers.vkeys", "".join(poll.lines[1:])),
              ("election.toml", poll.definition), ("ballot-codes.txt", "\n".join(lines))]
    wanted = [(name, sha(text.encode())) for name, text in wanted] + [tuple(row) for row in poll.declared] + poll.pages
    for name in {name for name, _ in wanted}:
        need((name, sha((folder / name).read_bytes())) in wanted, f"{name}: not what the log says")
    need({one.name for one in folder.glob("ballot-*.html")} <= dict(poll.pages).keys(), "a page that was not issued")
    result = ["opened.json", *sorted(f"papers/{one}.blt" for one in poll.contests), "result.json", "result.md"]
    there, told = [name for name in result if (folder / name).exists()], [name for name, _ in poll.declared]
    both = poll.opening and there[-2:] == result[-2:]
    need(both and told == there if poll.state == "declared" else both or there in ([], result[:1]), "odd result files")
def check_result(folder, poll):  # gives what could not be counted again
    path, withheld, partial = folder / "opened.json", poll.frozen["secrecy"].get("publication", "full") != "full", []
    if withheld or not poll.opening:
        need(not [*folder.glob("opened.json"), *folder.glob("papers/*.blt")], "papers that the log does not allow here")
        return ["NOT COUNTED AGAIN: the papers are withheld"] if poll.opening else []
    data, (digest, totals, aside) = path.read_bytes(), poll.opening
    need(sha(data) == digest and canonical(json.loads(data)) == data, "opened.json: not what the scrutineers signed")
    opened = taken(json.loads(data), OPENED)
    sums = [total(one["id"], one["papers"] + one["informal"]) for one in opened["contests"]]
    need(sums == totals and opened["set_aside"] == aside, "opened.json: other sums, or others set aside, than signed")
    counted = poll.state == "declared" or (folder / "result.json").exists()
    records = json.loads((folder / "result.json").read_bytes())["contests"] if counted else [None] * len(poll.contests)
    need(not counted or [one["id"] for one in records] == list(poll.contests), "result.json: not the contests defined")
    sheet = re.sub(r"\\(.)", r"\1", " ".join((folder / "result.md").read_text("utf-8").split())) if counted else ""
    for contest, papers, record in zip(poll.contests.values(), opened["contests"], records):
        if contest.counted or contest.rule != "motion" and len(contest.standing) <= contest.seats:
            outcome = " ".join(check_record(contest, papers, record, folder / f"papers/{contest.id}.blt").split())
            need(outcome in sheet, f"result.md: not {outcome}")
        else:
            partial.append(f"NOT COUNTED AGAIN, its ballot file not read: contest {contest.id}, rule {contest.rule}")
    return partial
def main(arguments):
    folder, kept, poll = pathlib.Path(*arguments[:1]), [pathlib.Path(one).resolve() for one in arguments[1:]], Poll()
    there = any((folder / name).is_file() for name in ("log.jsonl", "checkpoint"))
    if not (there and 1 <= len(arguments) <= 2 and all(one.is_file() for one in kept)):
        return print(__doc__, "\nThere is no published folder here, or no such checkpoint.") or 3
    try:
        *lines, rest = (folder / "log.jsonl").read_bytes().split(b"\n")
        for line in lines:
            poll.apply(line)
        need(lines and not rest, "log.jsonl: the last line has no end")
        check_files(folder, poll, kept)
        missing = ["NO SIGNATURE WAS CHECKED: no `cryptography`"] * (not Ed25519PublicKey) + check_result(folder, poll)
    except Exception as error:
        place = f"log.jsonl:{poll.number}: " if len(poll.leaves) < poll.number else ""
        return print(f"WRONG  {place}{str(error)[:300] or repr(error)}\nSomething is wrong.") or 4
    print(*(f"PARTIAL  {words}" for words in missing), "Partial." if missing else "Everything verifies.", sep="\n")
    return 1 if missing else 0
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
