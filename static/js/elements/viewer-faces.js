import { viewers } from "../lib/viewers.js";

/** Shows in a conversation's head which colleagues have it open, too. */
class ViewerFaces extends HTMLElement {
  connectedCallback() {
    viewers.addEventListener("change", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    viewers.removeEventListener("change", this);
  }

  handleEvent() {
    const looking = viewers.of(Number(this.dataset.number));
    this.hidden = !looking.length;
    this.querySelector(".avatars").replaceChildren(...looking.map((one) => face(one, this.dataset.text)));
  }
}

/**
 * @param {import("../lib/viewers.js").Viewer} viewer
 * @param {string} words what they do, after their name
 */
function face({ name, initials, hue, photo }, words) {
  const face = document.createElement("span");
  face.className = "avatar avatar--op avatar--20";
  face.style.setProperty("--h", String(hue));
  face.role = "img";
  face.title = face.ariaLabel = `${name} ${words}`;
  face.textContent = initials;
  if (photo) face.append(Object.assign(new Image(), { src: photo, alt: "" }));
  return face;
}

customElements.define("viewer-faces", ViewerFaces);
