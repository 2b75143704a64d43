/* One contest on the paper: its controls, the marks that they make, and the order so far. */

function makeContest(section, contest, say) {
  const names = new Map(contest.choices.map((choice) => [choice.at, choice.name]));
  const controls = Array.from(section.querySelectorAll("[data-at]"));
  const marks = new Array(contest.size).fill(0);

  section.disabled = false;

  const place = (control) => Number(control.dataset.at);
  const chosen = () =>
    marks
      .map((mark, at) => ({ at, mark }))
      .filter((one) => one.mark)
      .sort((one, other) => one.mark - other.mark || one.at - other.at);

  function closeUp() {
    const used = [...new Set(chosen().map((one) => one.mark))];
    marks.forEach((mark, at) => {
      marks[at] = mark ? used.indexOf(mark) + 1 : 0;
    });
  }

  /* Give a candidate a preference; where no two may be equal, the others make room. */
  function rank(at, wanted) {
    if (!contest.equal && wanted) {
      const others = chosen().filter((one) => one.at !== at);
      const order = others.map((one) => one.at);
      order.splice(Math.min(wanted - 1, order.length), 0, at);
      marks.fill(0);
      order.slice(0, contest.most).forEach((one, index) => {
        marks[one] = index + 1;
      });
    } else {
      marks[at] = wanted;
      if (!contest.equal) closeUp();
    }
    show();
    const now = marks[at];
    say(now ? text("ranked", { name: names.get(at), place: now }) : text("unranked", { name: names.get(at) }));
  }

  function show() {
    for (const control of controls) {
      if (control.type === "radio" || control.type === "checkbox") {
        control.checked = control.value === "" ? !chosen().length : marks[place(control)] > 0;
      } else {
        control.value = String(marks[place(control)]);
      }
    }
    const list = section.querySelector("ol");
    if (!list) return;
    section.querySelector(".order").hidden = !chosen().length;
    list.replaceChildren(...chosen().map((one, index) => entry(one, index)));
  }

  /* A line of the order so far: drag it, or use its buttons. */
  function entry({ at, mark }, index) {
    const line = document.createElement("li");
    const words = document.createElement("span");
    words.textContent = `${mark}. ${names.get(at)}`;
    line.append(words);
    const buttons = document.createElement("span");
    buttons.className = "buttons";
    const wanted = { move_up: mark - 1, move_down: mark + 1, take_off: 0 };
    for (const [action, target] of Object.entries(wanted)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text(action);
      button.setAttribute("aria-label", text(`${action}_named`, { name: names.get(at) }));
      button.disabled =
        (action === "move_up" && mark === 1) || (action === "move_down" && at === chosen().at(-1).at);
      button.addEventListener("click", () => {
        rank(at, target);
        const again = section.querySelectorAll(`ol li button[data-action="${action}"]`);
        const next = again[target ? target - 1 : Math.min(index, again.length - 1)];
        if (next && !next.disabled) next.focus();
        else if (again.length) section.querySelector("ol li button:not(:disabled)").focus();
        else controls[0].focus();
      });
      button.dataset.action = action;
      buttons.append(button);
    }
    line.append(buttons);
    line.draggable = true;
    line.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", String(at)));
    line.addEventListener("dragover", (event) => event.preventDefault());
    line.addEventListener("drop", (event) => {
      event.preventDefault();
      const moved = Number(event.dataTransfer.getData("text/plain"));
      if (names.has(moved) && marks[moved]) rank(moved, mark);
    });
    return line;
  }

  function changed(control) {
    if (control.type === "radio") {
      marks.fill(0);
      if (control.value !== "") marks[place(control)] = 1;
    } else if (control.type === "checkbox") {
      const others = chosen().filter((one) => one.at !== place(control)).length;
      if (control.checked && others >= contest.most) {
        control.checked = false;
        say(text("too_many", { most: contest.most }), true);
        return;
      }
      marks[place(control)] = control.checked ? 1 : 0;
      say(text("chosen", { chosen: chosen().length, most: contest.most }));
    } else if (contest.marking === "ranking") {
      rank(place(control), Number(control.value));
    } else {
      score(control);
    }
  }

  /* A score; or votes of those that a voter may spread, never more than there are. */
  function score(control) {
    const others = marks.reduce((sum, mark, at) => (at === place(control) ? sum : sum + mark), 0);
    if (contest.all && others + Number(control.value) > contest.all) {
      show();
      say(text("too_many_votes", { all: contest.all, left: contest.all - others - marks[place(control)] }), true);
      return;
    }
    marks[place(control)] = Number(control.value);
    if (contest.all) say(text("spread", { given: others + marks[place(control)], all: contest.all }));
  }

  for (const control of controls) control.addEventListener("change", () => changed(control));
  show();

  return {
    marks: () => marks.slice(),
    clear() {
      marks.fill(0);
      show();
    },
    /* The lines of the summary, in the voter's order. */
    lines() {
      if (contest.marking === "scores") {
        return contest.choices
          .filter((choice) => !choice.withdrawn)
          .map((choice) => `${marks[choice.at]}: ${choice.name}`);
      }
      const numbered = contest.marking === "ranking";
      return chosen().map((one) => `${numbered ? `${one.mark}. ` : ""}${names.get(one.at)}`);
    },
    blank: () => !chosen().length,
    /* Numbers that were left out close up, once the voter is done. */
    close() {
      if (contest.marking !== "ranking") return;
      closeUp();
      show();
    },
  };
}
