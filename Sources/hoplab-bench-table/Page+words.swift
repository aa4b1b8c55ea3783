import Foundation

/// What stands around the tables.
extension Page {
  var head: String {
    let date = Date().formatted(.iso8601.year().month().day())
    let peer = ns3.map { " and ns-3 \($0) as Debian builds it" } ?? "; ns-3 was not there to be measured beside it"
    return """
      # Performance

      How fast Hoplab simulates, beside ns-3 with the same workloads. `make bench` measures it and writes this page.

      | | |
      |---|---|
      | machine | \(machine.words) |
      | measured | \(date), Hoplab\(commit.map { " at commit \($0)" } ?? "")\(peer) |
      | figures | medians of \(rounds) round\(rounds == 1 ? "" : "s"); in each round every row is measured, Hoplab \
      first, ns-3 right after it, each in a process of its own; what is compared with another run of Hoplab, or has that \
      taken away, is measured right after it, up to \(Rounds.trialsAtMost) times a round |

      ## Figures

      A hop is a frame that crossed a link and was handed to the device at its other end. Hops and events are counted
      per second of user time; a ratio says how many times as fast as ns-3, or how many times as small, Hoplab is.
      *must* and *aim* are what the project has set itself: ✓ is met, ✗ is not, – could not be measured; a goal with ×
      is about the first ratio.
      """
  }

  var repetition: String {
    """
    ## How to repeat it

    `make bench` builds both sides, measures them and writes this page; it installs `libns3-dev` by `apt-get` where
    ns-3 is missing, and leaves ns-3 out where it cannot be had. Keep the machine quiet meanwhile.
    `make bench BENCH=--quick` only prints a table of small sizes. A single figure, of either side:

    ```
    .build/release/hoplab-bench W3 --size 100000
    Benchmarks/ns3/build/ns3-bench W3 --size 100000 --variant no-queue-disc
    ```
    """
  }

  var caveats: String {
    """
    ## What to keep in mind

    - Only the user time of playing counts, unless a row says otherwise; building the network, and what the kernel
      does for the process, do not.
    - Both sides check that every datagram arrived. Ratios are per hop, not per play: on bridged networks ns-3 needs
      more hops for the same datagrams, which is not held against it.
    - ns-3 puts the FqCoDel queue disc before every device unless told otherwise; a second column does without.
      Hoplab's links have a plain queue, as those devices do then.
    - Debian builds ns-3 optimized, but with the checks for log output compiled in. A build without them is faster.
    - Where there is a bridge, ns-3's links are of its CSMA model, which is half-duplex: two ends that send at once
      back off. W3 and W4 use its point-to-point links, which have PPP framing and no ARP; Hoplab's are Ethernet, with ARP.
    - ns-3's ARP is set to ask at once and to keep up to a thousand waiting packets: by default it waits up to 10 ms
      and drops all but three.
    - Plays of a few milliseconds are played anew in the same process until they took 0.2 s, on both sides;
      in pairs 0.05 s, so that the two meet the same mood of the machine.
    - ns-3 can do much that Hoplab cannot, wireless networks above all. These figures are about wired networks only.
    """
  }
}
