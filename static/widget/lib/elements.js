/** Small pieces of the page, made by hand: nothing that anybody wrote is read as HTML. */

/** @param {string} name @param {string} className @param {string} [text] */
export function element(name, className, text) {
  const node = document.createElement(name);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** @param {{initials: string, hue: number, photo?: string}} who @param {number} size 20 or 32 */
export function avatar({ initials, hue, photo }, size) {
  const node = element("span", `avatar avatar--${size}`, initials);
  node.style.setProperty("--h", String(Number(hue) || 0));
  node.setAttribute("aria-hidden", "true");
  if (photo) node.append(picture(photo));
  return node;
}

/** @param {string} address of one of ours */
export function picture(address) {
  const image = element("img", "");
  image.src = address;
  image.alt = "";
  return image;
}
