/**
 * Let axe judge this document, but not the contrast of what looks exactly like words that it found
 * readable before: telling contrast takes more than all its other rules together.
 *
 * What words look like is all that their contrast follows from: colour, size and weight, how their
 * ancestors fade or blend, and every painted or lifted box that touches them, whoever's it is.
 * What axe measured and found good is remembered; what it refuses is judged every time. What it
 * cannot tell is remembered for the same place in the same structure, since what is before and
 * after an element has a part in that.
 */
async (known) => {
    const readable = new Set()
    const look = looks()
    const rule = axe._audit.rules.find((one) => one.id === "color-contrast")
    const check = axe._audit.checks["color-contrast"]
    axe.unchanged ??= { matches: rule.matches, evaluate: check.evaluate }
    const { matches, evaluate } = axe.unchanged
    const remembered = new Set(known)

    rule.matches = (node, ...rest) => !isRemembered(node) && matches(node, ...rest)
    check.evaluate = function (node, ...rest) {
        const tell = this.data
        let measured
        this.data = (said) => {
            measured = said?.contrastRatio
            return tell.call(this, said)
        }
        const answer = evaluate.call(this, node, ...rest)
        if (look(node) && answer === true && measured) readable.add(look(node))
        if (look(node) && answer === undefined) readable.add(placed(node))
        return answer
    }
    const { violations } = await axe.run({ resultTypes: ["violations"] })
    return {
        readable: [...readable],
        violations: violations.map(({ id, impact, nodes }) => [id, impact, nodes.map((one) => one.html)]),
    }

    function isRemembered(node) {
        return look(node) !== null && (remembered.has(look(node)) || remembered.has(placed(node)))
    }

    function placed(node) {
        const path = []
        for (let one = node; one; one = one.parentElement) {
            path.push(`${one.tagName} ${one.id.replace(/\d+/g, "0")} ${one.className}`)
        }
        const isShort = node.textContent.trim().length < 2
        return shortened(`${look(node)} ${isShort} ${path.join("\n")}`)
    }

    /** Return a function that says what an element's words look like, as a short word. */
    function looks() {
        const painted = []
        const fading = new Map()
        for (const element of document.querySelectorAll("*:not(svg *)")) {
            const style = getComputedStyle(element)
            const own = `${style.opacity} ${style.mixBlendMode} ${style.filter}`
            const above = fading.get(element.parentElement) ?? ""
            fading.set(element, own === "1 normal none" ? above : `${above} ${own}`)
            const paint = `${style.backgroundColor} ${style.backgroundImage} ${style.backgroundClip}`
            const isPicture = /^(img|svg|video|canvas|iframe|object|embed)$/i.test(element.tagName)
            const isPainted = isPicture || !paint.startsWith("rgba(0, 0, 0, 0) none")
            if (isPainted || style.position !== "static") {
                const place = `${style.position} ${style.zIndex} ${style.float} ${style.visibility}`
                const said = `${isPicture ? element.tagName : ""} ${paint} ${place} ${fading.get(element)}`
                const { left, top, right, bottom } = element.getBoundingClientRect()
                painted.push({ element, said, box: { left, top, right, bottom } })
            }
        }
        const found = new Map()
        return (element) => {
            if (!found.has(element)) found.set(element, look(element))
            return found.get(element)
        }

        function look(element) {
            if (!fading.has(element)) return null // inside another tree, or a picture
            if (![...element.childNodes].some(isText)) return null
            const style = getComputedStyle(element)
            const range = document.createRange()
            range.selectNodeContents(element)
            const box = around(element.getBoundingClientRect(), range.getBoundingClientRect())
            const said = [
                style.color,
                style.webkitTextFillColor,
                style.webkitTextStroke,
                style.textShadow,
                style.fontSize,
                style.fontWeight,
                style.visibility,
                fading.get(element),
            ]
            for (const other of painted) {
                const covers = coverage(other.box, box)
                if (!covers) continue
                if (element !== other.element && element.contains(other.element)) continue
                said.push(`${covers} ${other.element.contains(element)} ${other.said}`)
            }
            return shortened(said.join("\n"))
        }
    }

    function isText(node) {
        return node.nodeType === Node.TEXT_NODE && node.data.trim() !== ""
    }

    function around(one, other) {
        return {
            left: Math.min(one.left, other.left),
            top: Math.min(one.top, other.top),
            right: Math.max(one.right, other.right),
            bottom: Math.max(one.bottom, other.bottom),
        }
    }

    function coverage(one, other) {
        if (one.left >= other.right || one.right <= other.left) return ""
        if (one.top >= other.bottom || one.bottom <= other.top) return ""
        const isWhole = one.left <= other.left && one.right >= other.right
        return isWhole && one.top <= other.top && one.bottom >= other.bottom ? "whole" : "part"
    }

    /** FNV-1a, twice with different beginnings: 64 bits are enough for a few thousand looks. */
    function shortened(text) {
        let one = 0x811c9dc5
        let other = 0x01000193
        for (let n = 0; n < text.length; n++) {
            one = Math.imul(one ^ text.charCodeAt(n), 0x01000193)
            other = Math.imul(other ^ text.charCodeAt(n), 0x85ebca6b)
        }
        return (one >>> 0).toString(36) + (other >>> 0).toString(36)
    }
}
