"use strict";

// Reads two jobs of the key-value store: the courses of an instructor, and the progress of each course.
const COURSES = "/v1/jobs/instructor_courses_kvs/keys";
const PROGRESS = "/v1/jobs/instructor_dashboard/keys";
const KEYS_AT_ONCE = 100;

const at = id => document.getElementById(id);

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== null) {
    made.textContent = text;
  }
  for (const [attribute, value] of Object.entries(attributes)) {
    made.setAttribute(attribute, value);
  }
  return made;
}

class Refusal extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

async function ask(path, body) {
  const token = sessionStorage.getItem("token");
  const answer = await fetch(path, {
    method: body ? "POST" : "GET",
    body: body ? JSON.stringify(body) : undefined,
    headers: {
      Accept: "application/json",
      ...(body ? { "Content-Type": "application/json" } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {})
    }
  });
  const read = await answer.json();
  if (!answer.ok) {
    throw new Refusal(answer.status, read.error.code);
  }
  return read;
}

function say(text, bad = false) {
  at("message").textContent = text;
  at("message").className = bad ? "bad" : "";
}

function clear() {
  at("access").hidden = true;
  at("summary").hidden = true;
  at("courses").replaceChildren();
  at("versions").textContent = "";
}

const percent = share => share === null ? "–" : `${Math.round(100 * share)} %`;
const count = number => number === null ? "–" : number.toLocaleString("en");
const many = (number, one) => `${count(number)} ${one}${number === 1 ? "" : "s"}`;

function bar(share, label) {
  const shown = Math.min(1, Math.max(0, share ?? 0));
  return element("progress", percent(share), { max: "1", value: String(shown), "aria-label": label });
}

function modules(parts) {
  const details = element("details", null);
  details.append(element("summary", `Progress by module (${parts.length})`));
  const table = element("table", null);
  const head = element("tr", null);
  head.append(
    element("th", "Module", { scope: "col" }),
    element("th", "Students", { scope: "col", class: "number" }),
    element("th", "Average progress", { scope: "col", colspan: "2" }));
  table.append(head);
  for (const part of parts) {
    const row = element("tr", null);
    const cell = element("td", null, { class: "bar" });
    cell.append(bar(part.average_progress, `Average progress in ${part.module}`));
    row.append(
      element("td", part.module),
      element("td", count(part.students), { class: "number" }),
      cell,
      element("td", percent(part.average_progress), { class: "number" }));
    table.append(row);
  }
  details.append(table);
  return details;
}

function card(entry) {
  const { course_name: name, students, finished, average_progress: share, by_module: parts } = entry.fields;
  const item = element("li", null);
  const heading = element("div", null, { class: "heading" });
  heading.append(element("h2", name ?? entry.key.course_id), element("span", entry.key.course_id, { class: "id" }));
  const measure = element("div", null, { class: "measure" });
  measure.append(bar(share, "Average progress"), element("span", percent(share)));
  item.append(
    heading,
    measure,
    element("p", `${many(students, "student")}, ${count(finished)} finished`, { class: "numbers" }));
  if (Array.isArray(parts) && parts.length > 0) {
    item.append(modules(parts));
  }
  return item;
}

function absent(key) {
  const item = element("li", null);
  item.append(
    element("h2", key.course_id),
    element("p", "No student has begun this course yet.", { class: "numbers" }));
  return item;
}

function summarize(entries, courses) {
  const sum = field => entries.reduce((all, entry) => all + (entry.fields[field] ?? 0), 0);
  const students = sum("students");
  const weighted = entries.reduce(
    (all, entry) => all + (entry.fields.students ?? 0) * (entry.fields.average_progress ?? 0), 0);
  const figures = [
    ["Courses", count(courses)],
    ["Enrolled", count(students)],
    ["Finished", count(sum("finished"))],
    ["Average progress", percent(students === 0 ? null : weighted / students)]
  ];
  at("summary").replaceChildren(...figures.map(([name, value]) => {
    const tile = element("div", null);
    tile.append(element("dt", name), element("dd", value));
    return tile;
  }));
  at("summary").hidden = false;
}

async function progressOf(ids) {
  const all = { version: null, entries: [], missing: [] };
  for (let i = 0; i < ids.length; i += KEYS_AT_ONCE) {
    const page = await ask(PROGRESS, { keys: ids.slice(i, i + KEYS_AT_ONCE) });
    if (all.version !== null && all.version !== page.version) {
      // A new version came between two pages; begun again, all are of one.
      return progressOf(ids);
    }
    all.version = page.version;
    all.entries.push(...page.entries);
    all.missing.push(...page.missing);
  }
  return all;
}

function explain(error, instructor) {
  if (!(error instanceof Refusal)) {
    say("The service does not answer. Is it running? Try again in a moment.", true);
  } else if (error.status === 401) {
    at("access").hidden = false;
    say(sessionStorage.getItem("token")
      ? "The service does not know that token."
      : "The service asks for an access token.", true);
    at("token").focus();
  } else if (error.code === "unknown_key") {
    say(`There is no instructor ${instructor} with a course.`, true);
  } else if (error.code === "bad_key") {
    say("An instructor's id is a whole number.", true);
  } else if (error.code === "unknown_job" || error.code === "no_version" || error.code === "no_store") {
    say("Nothing has been published for this page yet. Run the pipeline instructor_dashboard first.", true);
  } else if (error.status >= 500) {
    say("The service cannot reach its data at the moment. Try again in a moment.", true);
  } else {
    say(`The service refused (${error.code}).`, true);
  }
}

let asked = 0;

async function show(instructor) {
  const mine = ++asked;
  clear();
  say("Loading …");
  try {
    const courses = await ask(`${COURSES}/${encodeURIComponent(instructor)}?fields=courses`);
    const ids = [...(courses.fields.courses ?? [])].sort();
    const progress = ids.length === 0 ? null : await progressOf(ids);
    if (mine !== asked) {
      return;
    }
    if (progress === null) {
      say(`Instructor ${instructor} has no courses.`);
      return;
    }
    summarize(progress.entries, ids.length);
    at("courses").replaceChildren(...progress.entries.map(card), ...progress.missing.map(absent));
    at("versions").textContent =
      `Progress: version ${progress.version} of instructor_dashboard. Courses: version ${courses.version} of instructor_courses_kvs.`;
    say(`Instructor ${instructor}: ${many(ids.length, "course")}.`);
  } catch (error) {
    if (mine === asked) {
      clear();
      explain(error, instructor);
    }
  }
}

function fromAddress() {
  const instructor = new URLSearchParams(location.hash.slice(1)).get("instructor");
  if (instructor) {
    at("instructor").value = instructor;
    show(instructor);
  }
}

at("choice").addEventListener("submit", event => {
  event.preventDefault();
  const hash = `#${new URLSearchParams({ instructor: at("instructor").value.trim() })}`;
  if (location.hash === hash) {
    fromAddress();
  } else {
    location.hash = hash;
  }
});

at("access").addEventListener("submit", event => {
  event.preventDefault();
  sessionStorage.setItem("token", at("token").value.trim());
  at("token").value = "";
  at("access").hidden = true;
  fromAddress();
});

addEventListener("hashchange", fromAddress);
fromAddress();
