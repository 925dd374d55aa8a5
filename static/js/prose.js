import {
  Blockquote,
  Bold,
  BulletList,
  Code,
  CodeBlock,
  Document,
  Editor,
  HardBreak,
  Heading,
  History,
  Italic,
  ListItem,
  Mark,
  Node,
  OrderedList,
  Paragraph,
  Text,
  wrappingInputRule,
} from "./tiptap.js";

const ADDRESS = /^(?:https?:\/\/|mailto:|tel:)\S/i;
const PLAIN = new Set(["doc", "paragraph", "text", "hardBreak"]);

const Link = Mark.create({
  name: "link",
  inclusive: false,
  addAttributes: () => ({ href: { default: "" } }),
  parseHTML: () => [{ tag: "a[href]", getAttrs: (link) => ADDRESS.test(link.getAttribute("href")) && null }],
  renderHTML: ({ mark }) => ["a", { href: mark.attrs.href }, 0],
});

/** A picture is named by the id of its file; where the file is to be seen, the page knows. */
const Picture = Node.create({
  name: "picture",
  group: "inline",
  inline: true,
  draggable: true,
  addOptions: () => ({ source: (id) => id }),
  addAttributes: () => ({ id: { parseHTML: (picture) => picture.getAttribute("src").slice("cid:".length) }, alt: { default: "" } }),
  parseHTML: () => [{ tag: 'img[src^="cid:"]' }],
  renderHTML: ({ node }) => ["img", { src: `cid:${node.attrs.id}`, alt: node.attrs.alt }],
  addNodeView() {
    return ({ node }) => {
      const dom = document.createElement("img");
      [dom.src, dom.alt] = [this.options.source(node.attrs.id), node.attrs.alt];
      return { dom };
    };
  },
});

/** Ctrl+Enter is the page's. */
const Break = HardBreak.extend({
  addKeyboardShortcuts() {
    return { "Shift-Enter": () => this.editor.commands.setHardBreak() };
  },
});

const Numbers = OrderedList.extend({
  addInputRules() {
    return [wrappingInputRule({ find: /^1[.)]\s$/, type: this.type })];
  },
});

const TOGGLES = {
  bold: "toggleBold",
  italic: "toggleItalic",
  bulletList: "toggleBulletList",
  orderedList: "toggleOrderedList",
  blockquote: "toggleBlockquote",
};
const HEADINGS = { heading2: { level: 2 }, heading3: { level: 3 } };

/** Words with formats while they are written: Tiptap, as much of it as our mails and articles need. */
export class Prose {
  #editor;

  /**
   * @param {HTMLElement} place
   * @param {{words: {text: string, html: string}, attributes: Record<string, string>, source: (id: string) => string, hasHeadings: boolean, changed: () => void, moved: () => void}} how
   *   `source` says where a picture is to be seen
   */
  constructor(place, { words, attributes, source, hasHeadings, changed, moved }) {
    this.#editor = new Editor({
      element: place,
      injectCSS: false, // the policy of our pages forbids it
      extensions: [Document, Paragraph, Text, Break, History, Bold, Italic, Code, Link, BulletList, Numbers, ListItem, Blockquote, CodeBlock, Picture.configure({ source }), ...(hasHeadings ? [Heading.configure({ levels: [2, 3] })] : [])],
      content: words.html || documentOf(words.text),
      editorProps: { attributes, transformPastedHTML: tidied },
      onUpdate: changed,
      onTransaction: moved,
    });
  }

  get text() {
    const { doc } = this.#editor.state;
    return doc.textBetween(0, doc.content.size, "\n\n", ({ attrs, type }) => (type.name === "hardBreak" ? "\n" : `[${attrs.alt || "image"}]`));
  }

  /** Empty where nothing has a format: the text says it all. */
  get html() {
    let isPlain = true;
    this.#editor.state.doc.descendants(({ type, marks }) => {
      isPlain &&= PLAIN.has(type.name) && !marks.length;
    });
    return isPlain ? "" : this.#editor.getHTML();
  }

  get isEmpty() {
    return this.#editor.isEmpty;
  }

  get hasFocus() {
    return this.#editor.isFocused;
  }

  /** What stands before the caret in its paragraph. */
  get before() {
    const { $from } = this.#editor.state.selection;
    return $from.parent.textBetween(0, $from.parentOffset, "\n", "\ufffc");
  }

  /** The address of the link at the caret. */
  get address() {
    return this.#editor.getAttributes("link").href ?? "";
  }

  /** @param {string} format */
  is(format) {
    if (HEADINGS[format]) return this.#editor.isActive("heading", HEADINGS[format]);
    return this.#editor.isActive(format) || (format === "code" && this.#editor.isActive("codeBlock"));
  }

  /** @param {string} format code is a block where no words of one line are chosen */
  toggle(format) {
    if (HEADINGS[format]) return void this.#editor.chain().focus().toggleHeading(HEADINGS[format]).run();
    const { empty, $from, $to } = this.#editor.state.selection;
    const isBlock = this.#editor.isActive("codeBlock") || ((empty || !$from.sameParent($to)) && !this.#editor.isActive("code"));
    const command = TOGGLES[format] ?? (isBlock ? "toggleCodeBlock" : "toggleCode");
    this.focus();
    this.#editor.commands[command]();
  }

  /**
   * Makes what is chosen a link, or writes the address where nothing is.
   * @param {string} href without one the link goes
   */
  link(href) {
    this.focus();
    const chain = this.#editor.chain().extendMarkRange("link");
    if (!href) return chain.unsetMark("link").run();
    const isInWords = !this.#editor.state.selection.empty || this.address;
    if (isInWords) return chain.setMark("link", { href }).run();
    return chain.insertContent([{ type: "text", text: href.replace(/^(?:mailto|tel):/, ""), marks: [{ type: "link", attrs: { href } }] }, { type: "text", text: " " }]).run();
  }

  /**
   * @param {string} text
   * @param {number} [instead] how many characters before the caret it takes the place of
   */
  insert(text, instead = 0) {
    this.focus();
    if (!text) return;
    const { from, to } = this.#editor.state.selection;
    const paragraphs = documentOf(text).content;
    const content = paragraphs.length > 1 ? paragraphs : paragraphs[0].content;
    this.#editor.commands.insertContentAt({ from: from - instead, to }, content);
  }

  /** @param {string} words the first of their kind are selected, to be written over */
  chooseWords(words) {
    this.focus();
    let isFound = false;
    this.#editor.state.doc.descendants(({ text }, at) => {
      const start = isFound || !text ? -1 : text.indexOf(words);
      if (start < 0) return;
      isFound = true;
      this.#editor.commands.setTextSelection({ from: at + start, to: at + start + words.length });
    });
  }

  /** @param {string} html from a clipboard */
  paste(html) {
    this.focus();
    this.#editor.view.pasteHTML(html);
  }

  /**
   * @param {string} id
   * @param {string} alt
   */
  addPicture(id, alt) {
    this.focus();
    this.#editor.commands.insertContent({ type: "picture", attrs: { id, alt } });
  }

  /** @param {string} id */
  dropPicture(id) {
    const { state, view } = this.#editor;
    state.doc.descendants((node, at) => {
      if (node.attrs.id === id) view.dispatch(state.tr.delete(at, at + node.nodeSize));
    });
  }

  /** @param {string} html */
  show(html) {
    this.#editor.commands.setContent(html, { emitUpdate: false });
  }

  /**
   * Chooses words by their places in the text that it began with.
   * @param {number} from
   * @param {number} to
   */
  choose(from, to) {
    // A paragraph's end and the next one's beginning count as much as the empty line between them.
    this.#editor.commands.setTextSelection({ from: from + 1, to: to + 1 });
  }

  /** Learns now what is selected on the page: a slow one tells the editor later, or never once the focus has gone. */
  catchUp() {
    this.#editor.view.domObserver.flush();
  }

  /** At once: Tiptap's own command waits for a frame, and what is typed until then is lost. */
  focus() {
    this.catchUp();
    this.#editor.view.focus();
  }

  end() {
    this.#editor.destroy();
  }
}

/** Lines become breaks, empty lines begin paragraphs. */
function documentOf(text) {
  const paragraphs = text.split("\n\n").map((paragraph) => ({
    type: "paragraph",
    content: paragraph.split("\n").flatMap((line, at) => [...(at ? [{ type: "hardBreak" }] : []), ...(line ? [{ type: "text", text: line }] : [])]),
  }));
  return { type: "doc", content: paragraphs };
}

/** Word's lists are paragraphs that only look like lists; style sheets would be refused by our policy. */
function tidied(pasted) {
  const html = pasted.replace(/<style[\s>][^]*?<\/style\s*>/gi, "");
  if (!html.includes("mso-list")) return html;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const paragraph of page.querySelectorAll('p[style*="mso-list"]')) {
    const mark = paragraph.querySelector('[style*="mso-list:Ignore"], [style*="mso-list: Ignore"]');
    const tag = /^\s*\w{1,3}[.)]/.test(mark?.textContent ?? "") ? "OL" : "UL";
    const item = page.createElement("li");
    mark?.remove();
    item.append(...paragraph.childNodes);
    const above = paragraph.previousElementSibling;
    if (above?.matches(`${tag}[data-word]`)) {
      above.append(item);
      paragraph.remove();
      continue;
    }
    const list = page.createElement(tag);
    list.dataset.word = "";
    list.append(item);
    paragraph.replaceWith(list);
  }
  return page.body.innerHTML;
}
