import { post } from "./lib/fetching.js";

// Once, when somebody signs in who has not chosen a zone: it is the browser's until they do.
if (document.body.dataset.zone === "") {
  const body = new FormData();
  body.set("time_zone", Intl.DateTimeFormat().resolvedOptions().timeZone);
  post("/accounts/profile/zone/", body).catch(() => {}); // the next page asks again
}
