/* Nodes are built, never parsed: whatever stands in a table can only become text. */

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

const find = (selector) => document.querySelector(selector);

/** An HTML element with attributes, listeners (functions) and children. */
function h(tag, attributes, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function s(tag, attributes, ...children) {
  return furnish(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) setOn(node, name, value);
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setOn(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === "function") node.addEventListener(name, value);
  else if (name === "style") for (const [key, each] of Object.entries(value)) node.style.setProperty(key, each);
  else node.setAttribute(name, value === true ? "" : value);
}

/** Replace all children of `node`. */
function refill(node, ...children) {
  node.replaceChildren();
  return furnish(node, null, children);
}

/** A link if the address is a web address, else the bare text. */
function webLink(address, text) {
  if (!/^https?:\/\/[^\s]+$/i.test(address || "")) return h("span", null, text);
  return h("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, text);
}

/** Make a drawn shape reachable and openable from the keyboard. */
function makeOpenable(element, open) {
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open();
  });
}
