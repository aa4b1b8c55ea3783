/// 01xx: reading files and their fields.
extension DiagnosticCode {
  var readingText: DiagnosticText {
    switch self {
    case .syntax:
      DiagnosticText(
        "not valid YAML",
        """
        The text breaks a rule of YAML, so nothing after this place can be trusted. Usual causes are an \
        indentation that does not line up, a bracket or quote that is never closed, a missing space after ':', or a \
        value with ': ' or ' #' in it that needs quotes.
        """, wrong: "title: Lab: the first", right: "title: \"Lab: the first\"")
    case .emptyFile:
      DiagnosticText(
        "the file is empty",
        "The file holds nothing, or only comments. A scenario needs at least nodes.",
        wrong: "# my lab", right: "nodes:\n  a: { kind: host }")
    case .notUTF8:
      DiagnosticText(
        "not UTF-8 text",
        """
        Scenario files are UTF-8. The bytes at this place are not, which happens when a file was saved in another \
        encoding (Latin-1, UTF-16) or is no text at all. Save it as UTF-8.
        """, wrong: "title: Z\\xFCrich      # Latin-1", right: "title: Zürich")
    case .tabIndentation:
      DiagnosticText(
        "a tab in the indentation",
        "YAML indents with spaces only, because a tab has no agreed width. Set the editor to insert spaces.",
        wrong: "nodes:\n<tab>a: { kind: host }", right: "nodes:\n  a: { kind: host }")
    case .forbiddenCharacter:
      DiagnosticText(
        "a character that YAML does not allow",
        """
        Control characters other than tab and line breaks cannot stand in a YAML file. In double quotes they can be \
        written as an escape.
        """, wrong: "title: a<NUL>b", right: #"title: "a\0b""#)
    case .duplicateKey:
      DiagnosticText(
        "a key is written twice",
        "A map holds each key once. Which of the two was meant cannot be guessed: remove or rename one.",
        wrong: "a: { kind: host, kind: switch }", right: "a: { kind: host }")
    case .undefinedAlias:
      DiagnosticText(
        "an alias of an anchor that does not exist",
        """
        '*name' repeats what '&name' marked earlier in the same file. A text that starts with '*' and is no alias \
        needs quotes.
        """, wrong: "b: *common", right: "a: &common { kind: host }\nb: *common")
    case .aliasBomb:
      DiagnosticText(
        "aliases multiply beyond all measure",
        """
        Aliases of aliases of aliases grow exponentially: a few lines can stand for billions of values. Hoplab stops \
        when aliases have added 200,000 values.
        """, wrong: "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]     # and so on",
        right: "a: &a [x, x]\nb: [*a, *a]")
    case .badXML:
      DiagnosticText(
        "not valid XML",
        """
        A file that a node names, such as a network of libvirt's, breaks a rule of XML. `virsh net-dumpxml NAME` writes \
        one that is whole.
        """, wrong: "<bridge name='virbr0'>     # never closed", right: "<bridge name='virbr0'/>")
    case .tooDeep:
      DiagnosticText(
        "nested too deeply",
        "Lists and maps may be nested 64 deep. No scenario needs more than about ten: look for a bracket too many.",
        wrong: "[[[[[[ …", right: "[a, b]")
    case .tooLarge:
      DiagnosticText(
        "too large",
        """
        A file may have 8 MB and 500,000 values; ten thousand nodes need about 1 MB. Split larger ones by \
        `include`, or generate less.
        """, wrong: "100 MB of nodes", right: "include: [site-a.yaml, site-b.yaml]")
    case .severalDocuments:
      DiagnosticText(
        "several documents in one file",
        "'---' starts another YAML document, and a scenario is one. Remove the line or use two files.",
        wrong: "name: a\n---\nname: b", right: "name: a")
    case .keyNotText:
      DiagnosticText(
        "a key that is not text",
        "Keys are plain text. Lists, maps and aliases as keys are legal in YAML but mean nothing here.",
        wrong: "[a, b]: 1\n? *x\n: 2", right: "a: 1\nb: 2")
    case .mergeKey:
      DiagnosticText(
        "'<<' without a map",
        "'<<' takes over the entries of a map, or of several in a list, usually by alias. Own entries win.",
        wrong: "a: { <<: host }", right: "x-base: &base { kind: host }\na: { <<: *base }")
    case .cyclicInclude:
      DiagnosticText(
        "a file includes itself",
        "Included files are merged first, so a circle of them has no beginning. Move what both need to a third file.",
        wrong: "# a.yaml\ninclude: b.yaml\n# b.yaml\ninclude: a.yaml",
        right: "# a.yaml\ninclude: common.yaml\n# b.yaml\ninclude: common.yaml")
    case .missingInclude:
      DiagnosticText(
        "an included file cannot be read",
        "The name after 'include' is a path as seen from the file it stands in.",
        wrong: "include: comon.yaml", right: "include: common.yaml")
    default: fieldText
    }
  }

  private var fieldText: DiagnosticText {
    switch self {
    case .unknownField:
      DiagnosticText(
        "an unknown field",
        """
        This map has no such field. Unknown fields are refused because a misspelt one would silently do nothing. \
        Keys that start with 'x-' are yours and are ignored.
        """, wrong: "a: { kind: host, gatway: 10.0.0.1 }",
        right: "a: { kind: host, gateway: 10.0.0.1, x-room: 2 }")
    case .missingField:
      DiagnosticText(
        "a required field is missing", "This map cannot be understood without that field.",
        wrong: "- { rate: 1Gbit }", right: "- { endpoints: [a, b], rate: 1Gbit }")
    case .wrongType:
      DiagnosticText(
        "a value of the wrong type",
        "A text, a number, a list or a map stands where something else is expected.",
        wrong: "nodes: [a, b]", right: "nodes:\n  a: { kind: host }\n  b: { kind: host }")
    case .outOfRange:
      DiagnosticText(
        "a number out of range", "The number is well written, but no such value exists or makes sense here.",
        wrong: "vlan: 4095", right: "vlan: 4094")
    case .unknownChoice:
      DiagnosticText(
        "not one of the possible words", "Only a few words are possible here; the message lists them.",
        wrong: "mode: brigded", right: "mode: bridged")
    case .malformedText:
      DiagnosticText(
        "a text that cannot be understood",
        "The text does not have the form that is needed here, such as an address or a pair of names.",
        wrong: "eth0: 192.168.1/24", right: "eth0: 192.168.1.1/24")
    case .badUnit:
      DiagnosticText(
        "an unknown unit",
        """
        Times end in ns, us, ms, s, m, h, d; rates in bit, kbit, Mbit, Gbit; shares in %; memory in kB, MB, GB; \
        large numbers in k, M, G.
        """,
        wrong: "delay: 50usec", right: "delay: 50us")
    case .missingUnit:
      DiagnosticText(
        "a number without its unit",
        "A bare number could be seconds or milliseconds, bits or megabits. The unit is always written.",
        wrong: "delay: 50", right: "delay: 50ms")
    case .eitherOr:
      DiagnosticText(
        "two fields of which one is enough",
        "Both say the same thing in two ways, and where they differ nobody knows which is meant. Leave one out.",
        wrong: "h[1-8]: { kind: host, count: 8 }", right: "h: { kind: host, count: 8 }")
    default:
      DiagnosticText(
        "the file cannot be read",
        "The file does not exist, is a folder, or may not be read by this user.",
        wrong: "hoplab run Scenarios/vmwre.yaml", right: "hoplab run Scenarios/vmware.yaml")
    }
  }
}
