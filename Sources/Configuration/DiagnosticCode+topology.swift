/// 02xx: nodes, links and addresses.
extension DiagnosticCode {
  var topologyText: DiagnosticText {
    switch self {
    case .unknownKind:
      DiagnosticText(
        "an unknown kind of node", "'kind' says what a node is; `hoplab schema` lists the kinds.",
        wrong: "a: { kind: hots }", right: "a: { kind: host }")
    case .unknownNode:
      DiagnosticText(
        "no node of that name", "The name stands for a node of this file, and there is none.",
        wrong: "nodes: { peer: { kind: host } }\nsteps: [{ ping: peer -> per }]",
        right: "nodes: { peer: { kind: host }, pc: { kind: host } }\nsteps: [{ ping: peer -> pc }]")
    case .unknownMachine:
      DiagnosticText(
        "no machine of that name",
        "'machine.device' names a part inside a machine; there is no such machine.",
        wrong: "via: [cp.nat8]", right: "via: [pc.nat8]")
    case .unknownDevice:
      DiagnosticText(
        "no such device in the machine",
        "The machine exists but has no part of that name. `hoplab show` prints the parts of every machine.",
        wrong: "via: [pc.nat9]", right: "via: [pc.nat8]")
    case .unknownInterface:
      DiagnosticText(
        "no such interface", "The node exists but has no interface of that name.",
        wrong: "- [rtr:lan1, lan]", right: "- [rtr:lan0, lan]")
    case .interfaceUsedTwice:
      DiagnosticText(
        "an interface with two links",
        "An interface is one socket and takes one cable. Join more by a switch.",
        wrong: "- [a:eth0, b]\n- [a:eth0, c]", right: "- [a:eth0, lan]\n- [b, lan]\n- [c, lan]")
    case .ambiguousInterface:
      DiagnosticText(
        "it is not clear which interface is meant",
        "The node has several interfaces that could be meant. Name one after a colon.",
        wrong: "- [rtr, lan]", right: "- [rtr:lan0, lan]")
    case .duplicateName:
      DiagnosticText(
        "a name is used twice",
        "Every machine, and every guest on a machine, needs a name of its own in a file.",
        wrong: "pc: { guests: { pc: {} } }", right: "pc: { guests: { vm1: {} } }")
    case .reservedName:
      DiagnosticText(
        "a reserved name", "The name has a meaning of its own in the scenario language.",
        wrong: "nodes: { none: { kind: host } }", right: "nodes: { nobody: { kind: host } }")
    case .badName:
      DiagnosticText(
        "a name that cannot be used",
        """
        Names start with a letter or digit and go on with letters, digits, '-' and '_'. '.' and ':' separate a \
        machine from its device and a node from its interface.
        """, wrong: "nodes: { my.pc: { kind: host } }", right: "nodes: { my-pc: { kind: host } }")
    case .linkToItself:
      DiagnosticText(
        "a link from an interface to itself", "A cable has two ends, and they go to two interfaces.",
        wrong: "- [a:eth0, a:eth0]", right: "- [a:eth0, b:eth0]")
    default: addressText
    }
  }

  private var addressText: DiagnosticText {
    switch self {
    case .duplicateAddress:
      DiagnosticText(
        "an address twice on one segment",
        "Two stations of one segment claim the same address; who answers first decides. Give each its own, or say "
          + "`duplicate: true` of an interface to see what comes of it.",
        wrong: "a: { interfaces: { eth0: 10.0.0.1/24 } }\nb: { interfaces: { eth0: 10.0.0.1/24 } }",
        right: "a: { interfaces: { eth0: 10.0.0.1/24 } }\nb: { interfaces: { eth0: 10.0.0.2/24 } }")
    case .impossiblePrefix:
      DiagnosticText(
        "an impossible prefix",
        "The length goes from 0 to 32, and a network's address has no bits set beyond it.",
        wrong: "subnet: 192.168.1.7/24\neth0: 10.0.0.1/33", right: "subnet: 192.168.1.0/24\neth0: 10.0.0.1/32"
      )
    case .gatewayNotConnected:
      DiagnosticText(
        "a gateway that cannot be reached directly",
        "A gateway is a neighbour: its address must be in a network of one of the node's own interfaces.",
        wrong: "interfaces: { eth0: 10.0.0.2/24 }\ngateway: 10.0.1.1",
        right: "interfaces: { eth0: 10.0.0.2/24 }\ngateway: 10.0.0.1")
    case .addressOutsideNetwork:
      DiagnosticText(
        "an address outside its network", "The address or range must lie inside the network it belongs to.",
        wrong: "lan0: 192.168.1.1/24\nrange: 192.168.2.100-192.168.2.199",
        right: "lan0: 192.168.1.1/24\nrange: 192.168.1.100-192.168.1.199")
    case .platformLimit:
      DiagnosticText(
        "more than the product can do",
        "The real product has this limit, so a lab that passes it could not be built.",
        wrong: "networks: { VMnet300: {} }", right: "networks: { VMnet19: {} }")
    case .overlappingNetworks:
      DiagnosticText(
        "networks that overlap",
        "Two networks of one node share addresses, so where to send is undecided.",
        wrong: "eth0: 10.0.0.1/8\neth1: 10.1.0.1/16", right: "eth0: 10.0.0.1/16\neth1: 10.1.0.1/16")
    case .unknownNetwork:
      DiagnosticText(
        "no network of that name", "The guest asks for a network its machine does not have.",
        wrong: "guests: { vm1: { network: brigded } }", right: "guests: { vm1: { network: bridged } }")
    case .badLink:
      DiagnosticText(
        "a link that is not a pair", "A link joins two ends: a list of two names, or a map with 'endpoints'.",
        wrong: "- [a, b, c]", right: "- [a, b]\n- { endpoints: [b, c], delay: 5ms }")
    case .duplicateHardwareAddress:
      DiagnosticText(
        "a hardware address twice on one segment",
        "Two stations with one hardware address take each other's frames. It is allowed, to show what happens.",
        wrong: "mac: 02:00:00:00:00:01     # on two nodes", right: "mac: 02:00:00:00:00:02")
    case .unpluggedPort:
      DiagnosticText(
        "a described port without a link",
        """
        What is said of the port applies to no cable, while links go to other ports of the switch. A link names the \
        port after a colon; without one it goes to 'to-' and the name of the node at its other end.
        """, wrong: "sw: { kind: switch, ports: { ep1: { access: 100 } } }     # - [pc, sw:eth1]",
        right: "sw: { kind: switch, ports: { eth1: { access: 100 } } }     # - [pc, sw:eth1]")
    case .notModelled:
      DiagnosticText(
        "something real that is not played",
        """
        The real product knows this and Hoplab does not: everything is played as if it were not written. Where that \
        decides about the outcome, do not trust it.
        """, wrong: "<bandwidth><inbound average='1000'/></bandwidth>     # in a network of libvirt's",
        right: "- { endpoints: [vm1, kvm], rate: 8Mbit }     # for the links that matter")
    case .misplacedTranslation:
      DiagnosticText(
        "a translation in the wrong chain",
        """
        Destinations are translated before a route is chosen (prerouting, output), sources after it (postrouting, \
        input). Where a packet leaves is not known before, and where it came in is not asked behind.
        """, wrong: "nat: { postrouting: [{ in: wan0, port: 8080, dnat: \"10.0.0.2:80\" }] }",
        right: "nat: { prerouting: [{ in: wan0, port: 8080, dnat: \"10.0.0.2:80\" }] }")
    default: manyText
    }
  }
}
