/** Three dots that move while somebody types. */
export function dots() {
  const dots = document.createElement("span");
  dots.className = "typing";
  dots.ariaHidden = "true";
  dots.append(...[1, 2, 3].map(() => document.createElement("i")));
  return dots;
}
