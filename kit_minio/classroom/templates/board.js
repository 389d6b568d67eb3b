"use strict";
const EVERY = 1000; // millisecondes entre deux demandes
const FIRST = 12; // étudiants à aider que l'on nomme
const SIGNS = { "réussi": "✓", "à revoir": "✗", "erreur": "!", "à faire": "○" };
const TONES = { "réussi": "passed", "à revoir": "review", "erreur": "error", "à faire": "todo" };
const token = location.hash.slice(1);
const $ = (id) => document.getElementById(id);
const before = new Map(); // la ligne de chacun, la dernière fois
let state = null, seen = "", chosen = "", anonymous = false;

const made = (tag, text, kind = "") => {
  const node = document.createElement(tag);
  node.textContent = text;
  if (kind) node.className = kind;
  return node;
};
const minutes = (since) => `${Math.max(1, Math.floor((Date.now() / 1000 - since) / 60))}\u00a0min`;
const counted = (count, one, many) => `${count.toLocaleString("fr-FR")}\u00a0${count < 2 ? one : many}`;
const named = (student) => (anonymous ? `Étudiant ${student.rank}` : student.name);
const stuck = (mark) => Boolean(mark && mark.tries && mark.verdict !== "réussi"
  && (mark.tries >= state.stuck.tries || Date.now() / 1000 - mark.since >= state.stuck.seconds));
const passed = (student) => student.marks.filter((mark) => mark?.verdict === "réussi").length;
const longest = (student) => Math.min(...student.marks.filter(stuck).map((mark) => mark.since), Infinity);

const ORDERS = {
  name: (one, other) => one.rank - other.rank,
  help: (one, other) => (longest(one) === longest(other) ? one.rank - other.rank : longest(one) - longest(other)),
  done: (one, other) => passed(other) - passed(one) || one.rank - other.rank,
};

function cell(mark) {
  if (!mark) return made("td", "");
  const node = made("td", SIGNS[mark.verdict] ?? "", `kit-${TONES[mark.verdict] ?? "todo"}`);
  let said = mark.verdict;
  if (mark.tries && mark.verdict !== "réussi") {
    node.append(" ", made("small", `× ${mark.tries}`));
    said += `, ${counted(mark.tries, "vérification manquée", "vérifications manquées")}`;
  }
  if (stuck(mark)) {
    node.classList.add("stuck");
    node.append(" ", made("small", `· ${minutes(mark.since)}`));
    said += `, depuis ${minutes(mark.since)}`;
  }
  node.setAttribute("aria-label", said);
  node.title = said;
  return node;
}

function draw() {
  if (!state) return;
  document.title = `${state.title}\u00a0: leçon ${state.lesson}`;
  $("title").textContent = `${state.title} — leçon ${state.lesson}`;
  const present = state.students.filter((student) => student.last).length;
  const all = state.exercises.length * state.students.length;
  const done = state.students.reduce((sum, student) => sum + passed(student), 0);
  $("sum").textContent = `${present} sur ${counted(state.students.length, "étudiant", "étudiants")} `
    + `${present < 2 ? "a ouvert" : "ont ouvert"} la leçon\u00a0; `
    + `${counted(done, "exercice réussi", "exercices réussis")} sur ${all.toLocaleString("fr-FR")}.`;
  const head = made("tr", "");
  head.append(made("th", "Étudiant"));
  state.exercises.forEach((title, at) => {
    const count = state.students.filter((one) => one.marks[at]?.verdict === "réussi").length;
    const column = made("th", title);
    column.scope = "col";
    column.append(made("small", `${count} sur ${state.students.length}`));
    head.append(column);
  });
  $("head").replaceChildren(head);
  const students = [...state.students].sort(ORDERS[$("order").value]);
  $("rows").replaceChildren(...students.map((student) => {
    const row = made("tr", "");
    const name = made("th", named(student));
    name.scope = "row";
    name.title = named(student);
    row.append(name, ...student.marks.map(cell));
    row.dataset.id = student.rank;
    const now = JSON.stringify(student.marks);
    if (before.has(student.id) && before.get(student.id) !== now) row.className = "new";
    return row;
  }));
  const helped = students.filter((student) => student.marks.some(stuck)).sort(ORDERS.help);
  $("help").hidden = helped.length === 0;
  $("help-title").textContent = `À aider\u00a0: ${helped.length}`;
  const more = helped.length > FIRST ? [made("li", `et ${helped.length - FIRST} de plus, dans le tableau`)] : [];
  $("helped").replaceChildren(...helped.slice(0, FIRST).map((student) => {
    const at = student.marks.findIndex((mark) => stuck(mark) && mark.since === longest(student));
    const mark = student.marks[at];
    return made("li", `${named(student)}\u00a0: ${state.exercises[at]}, ${minutes(mark.since)}, `
      + counted(mark.tries, "essai", "essais"));
  }), ...more);
  hint();
}

/** Dit que le tableau défile, s'il déborde. */
function hint() {
  const table = document.querySelector(".scroll");
  $("cue").hidden = table.scrollWidth <= table.clientWidth;
}

function trouble(sentence) {
  $("trouble").hidden = !sentence;
  $("trouble").textContent = sentence;
}

function choices() {
  const wanted = state.lessons.join();
  if ($("lesson").dataset.made !== wanted) {
    $("lesson").replaceChildren(...state.lessons.map((lesson) => new Option(lesson, lesson)));
    $("lesson").dataset.made = wanted;
  }
  $("lesson").value = state.lesson;
}

async function poll() {
  try {
    const query = new URLSearchParams({ lesson: chosen, seen });
    const answer = await fetch(`etat?${query}`, { headers: { "X-Token": token } });
    if (answer.status === 200) {
      for (const student of state?.students ?? []) before.set(student.id, JSON.stringify(student.marks));
      const next = await answer.json();
      if (next.lesson !== state?.lesson) before.clear();
      state = next;
      seen = state.seen;
      choices();
      draw();
      trouble(state.trouble);
    } else if (answer.status === 403) {
      trouble((await answer.json()).detail);
    } else if (answer.status === 204) {
      trouble(state?.trouble ?? "");
    }
    $("when").textContent = `Lu à ${new Date().toLocaleTimeString("fr-FR")}.`;
  } catch {
    trouble("Le tableau est arrêté\u00a0: relancez «\u00a0kit.py class board\u00a0».");
  }
  setTimeout(poll, EVERY);
}

$("lesson").addEventListener("change", () => { chosen = $("lesson").value; seen = ""; });
$("order").addEventListener("change", draw);
$("hidden").addEventListener("change", () => { anonymous = $("hidden").checked; draw(); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "n" || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select")) return;
  $("hidden").checked = anonymous = !anonymous;
  draw();
});
addEventListener("resize", hint);
setInterval(draw, 30000); // les minutes passent, même si rien ne change
poll();
