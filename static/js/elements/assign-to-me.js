/** Offers to take a conversation to everyone but the person who has it. */
class AssignToMe extends HTMLElement {
  connectedCallback() {
    this.hidden = this.dataset.assignee === document.body.dataset.member;
  }
}

customElements.define("assign-to-me", AssignToMe);
