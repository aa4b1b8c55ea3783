// W2: hosts on one learning bridge, each of the first half echoing UDP with its partner of the second half.

#include "bench.h"
#include "network.h"

#include "ns3/bridge-helper.h"
#include "ns3/simulator.h"

using namespace ns3;

void RunBridgePairs(const Request& request) {
  constexpr uint32_t requests = 100;
  const auto discipline = DisciplineOf(request.variant);
  ResolveAtOnce();
  NodeContainer hosts(request.size);
  const auto bridge = CreateObject<Node>();
  auto cable = Ethernet("1Gbps", Seconds(0));
  NetDeviceContainer ends;
  NetDeviceContainer ports;
  for (uint32_t number = 0; number < request.size; ++number) {
    const auto pair = cable.Install(NodeContainer(hosts.Get(number), bridge));
    CountFrames(pair);
    ends.Add(pair.Get(0));
    ports.Add(pair.Get(1));
  }
  BridgeHelper().Install(bridge, ports);
  InstallStack(hosts);
  for (uint32_t number = 0; number < request.size; ++number) {
    Assign(ends.Get(number), Ipv4Address(firstHostAddress + number), "/8", discipline);
  }
  const uint32_t half = request.size / 2;
  for (uint32_t pair = 0; pair < half; ++pair) {
    InstallEchoServer(hosts.Get(half + pair));
    InstallEchoClient(
        hosts.Get(pair), Ipv4Address(firstHostAddress + half + pair), requests, MilliSeconds(1),
        MicroSeconds(13) * pair);
  }

  Measurement measurement(request);
  measurement.Run();
  // Each request and each reply crosses two links; what comes on top is ARP.
  const uint64_t datagrams = uint64_t{half} * requests * 2;
  Check("datagrams delivered", EchoedDatagrams(), datagrams);
  Check("fewer frames than datagrams need", FrameHops() >= datagrams * 2);
  measurement.Print(EchoedDatagrams());
  Simulator::Destroy();
}
