/* The page: token, paper, check, sealed. */

const page = JSON.parse(document.getElementById("election").textContent);
const { texts, election } = page;
const part = (id) => document.getElementById(id);

function text(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function say(words, urgent = false) {
  part("said").textContent = urgent ? "" : words;
  part("alert").textContent = urgent ? words : "";
}

const steps = ["step-token", "step-paper", "step-check", "step-sealed"];

function go(step) {
  for (const one of steps) part(one).hidden = one !== step;
  say("");
  const heading = part(step).querySelector("h2");
  heading.focus();
  heading.scrollIntoView();
}

const contests = page.contests.map((contest, index) => ({
  contest,
  paper: makeContest(part(`contest-${index + 1}`), contest, say),
}));

let symbols = "";
let lastSecond = 0;

function tokenFault(complete) {
  const read = readToken(part("token").value);
  const early = !complete && read.wrong === "token_length" && read.count < TOKEN_SYMBOLS;
  const fault = read.wrong && !early ? text(read.wrong, { count: read.count }) : "";
  part("token-fault").textContent = fault;
  part("token-right").textContent = read.wrong ? "" : text("token_right");
  part("token").setAttribute("aria-invalid", fault ? "true" : "false");
  return read;
}

part("token").addEventListener("input", () => tokenFault(false));
part("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const read = tokenFault(true);
  if (read.wrong) {
    part("token").focus();
    return;
  }
  symbols = read.symbols;
  go("step-paper");
});

part("paper-form").addEventListener("submit", (event) => {
  event.preventDefault();
  for (const { paper } of contests) paper.close();
  const summary = contests.map(({ contest, paper }) => {
    const box = document.createElement("div");
    const heading = document.createElement("h3");
    heading.textContent = contest.title;
    const list = document.createElement("ul");
    const lines = paper.blank() ? [text("left_blank")] : paper.lines();
    list.replaceChildren(
      ...lines.map((line) => {
        const entry = document.createElement("li");
        entry.textContent = line;
        return entry;
      }),
    );
    box.append(heading, list);
    return box;
  });
  part("summary").replaceChildren(...summary);
  go("step-check");
});

part("change").addEventListener("click", () => go("step-paper"));

part("seal").addEventListener("click", async () => {
  part("seal").disabled = true;
  try {
    const marks = Object.fromEntries(
      contests.map(({ contest, paper }) => [contest.id, paper.marks()]),
    );
    lastSecond = Math.max(Math.floor(Date.now() / 1000), lastSecond + 1);
    const sealed = await sealBallot(election, marks, symbols, lastSecond);
    forget();
    showSealed(sealed);
    go("step-sealed");
  } catch {
    say(text("sealing_failed"), true);
  } finally {
    part("seal").disabled = false;
  }
});

/* After sealing nothing on the page tells the token or the choices. */
function forget() {
  symbols = "";
  part("token").value = "";
  part("token-right").textContent = "";
  part("summary").replaceChildren();
  for (const { paper } of contests) paper.clear();
}

function showSealed({ text: sealed, code }) {
  part("sealed").value = sealed;
  part("code").textContent = code;
  const subject = encodeURIComponent(page.subject);
  const body = encodeURIComponent(`${sealed}\n`.replace(/\n/g, "\r\n"));
  const address = encodeURIComponent(page.address).replace("%40", "@");
  const whole = `mailto:${address}?subject=${subject}&body=${body}`;
  const attach = encodeURIComponent(text("attach_body"));
  const fits = whole.length <= page.longestLink;
  part("mail").href = fits ? whole : `mailto:${address}?subject=${subject}&body=${attach}`;
  part("attach").hidden = fits;
  for (const [id, content, name] of [
    ["save", sealed, `${page.file}-sealed-ballot.txt`],
    ["save-code", `${page.keep}\n\n${code}\n`, `${page.file}-ballot-code.txt`],
  ]) {
    if (part(id).href) URL.revokeObjectURL(part(id).href);
    part(id).href = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
    part(id).download = name;
  }
}

part("copy").addEventListener("click", async () => {
  const box = part("sealed");
  let copied = true;
  try {
    await navigator.clipboard.writeText(box.value);
  } catch {
    box.focus();
    box.select();
    copied = document.execCommand("copy");
  }
  say(text(copied ? "copied" : "copy_by_hand"), !copied);
});

part("print").addEventListener("click", () => globalThis.print());

if (part("again")) {
  part("again").addEventListener("click", () => {
    part("sealed").value = "";
    go("step-token");
    part("token").focus();
  });
}

canSeal().then((able) => {
  document.documentElement.dataset.ready = able ? "yes" : "no";
  if (!able) {
    for (const control of document.querySelectorAll("input, select, button")) {
      control.disabled = true;
    }
    return;
  }
  part("cannot").hidden = true;
  part("step-paper").hidden = true;
  part("step-token").hidden = false;
});
