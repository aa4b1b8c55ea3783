// W4: clients, each on a network of its own, and a server on another; a router with an interface for each joins them.

#include "bench.h"
#include "network.h"

#include "ns3/simulator.h"

using namespace ns3;

namespace {

Ipv4Address Station(uint32_t number, uint32_t network) { return Ipv4Address(0x0a000000 + (network << 8) + number); }

}  // namespace

void RunClientsAndServer(const Request& request) {
  constexpr uint32_t requests = 100;
  constexpr uint32_t serverNetwork = 255 << 8;
  const auto discipline = DisciplineOf(request.variant);
  NodeContainer clients(request.size);
  const auto router = CreateObject<Node>();
  const auto server = CreateObject<Node>();
  InstallStack(NodeContainer(clients, router, server));

  auto access = PointToPoint("1Gbps", MicroSeconds(10));
  for (uint32_t number = 0; number < request.size; ++number) {
    const auto ends = access.Install(clients.Get(number), router);
    CountFrames(ends);
    Assign(ends.Get(0), Station(2, number), "/24", discipline);
    Assign(ends.Get(1), Station(1, number), "/24", discipline);
    SetDefaultRoute(clients.Get(number), Station(1, number));
  }
  const auto ends = PointToPoint("10Gbps", MicroSeconds(10)).Install(server, router);
  CountFrames(ends);
  Assign(ends.Get(0), Station(2, serverNetwork), "/24", discipline);
  Assign(ends.Get(1), Station(1, serverNetwork), "/24", discipline);
  SetDefaultRoute(server, Station(1, serverNetwork));

  InstallEchoServer(server);
  for (uint32_t number = 0; number < request.size; ++number) {
    InstallEchoClient(
        clients.Get(number), Station(2, serverNetwork), requests, MilliSeconds(1), MicroSeconds(7) * number);
  }

  Measurement measurement(request);
  measurement.Run();
  // Each request and each reply crosses two links.
  const uint64_t datagrams = uint64_t{request.size} * requests * 2;
  Check("datagrams delivered", EchoedDatagrams(), datagrams);
  Check("frames over links", FrameHops(), datagrams * 2);
  measurement.Print(EchoedDatagrams());
  Simulator::Destroy();
}
