// W5-routes: routers joined by point-to-point links, and the time it takes to find all their routes.
//
// default: a binary tree. chain: one after the other.
// What is measured is the making of the routing tables alone; nothing is sent.

#include "bench.h"
#include "network.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

using namespace ns3;

namespace {

bool HasRoute(const Ptr<Node>& from, const Ptr<Node>& to) {
  Ipv4Header header;
  header.SetDestination(to->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal());
  Socket::SocketErrno error = Socket::ERROR_NOTERROR;
  const auto routing = from->GetObject<Ipv4>()->GetRoutingProtocol();
  return routing->RouteOutput(Create<Packet>(), header, nullptr, error) != nullptr;
}

}  // namespace

void RunGlobalRoutes(const Request& request) {
  NodeContainer routers(request.size);
  InternetStackHelper stack;
  stack.SetIpv6StackInstall(false);
  stack.Install(routers);
  auto link = PointToPoint("1Gbps", MicroSeconds(10));
  Ipv4AddressHelper addresses("10.0.0.0", "/30");
  for (uint32_t number = 1; number < request.size; ++number) {
    const uint32_t before = request.variant == "chain" ? number - 1 : (number - 1) / 2;
    addresses.Assign(link.Install(routers.Get(before), routers.Get(number)));
    addresses.NewNetwork();
  }

  Measurement measurement(request);
  measurement.Measure([] { Ipv4GlobalRoutingHelper::PopulateRoutingTables(); });
  const uint32_t last = request.size - 1;
  uint64_t reached = 0;
  for (uint32_t number = 0; number < last; ++number) {
    reached += HasRoute(routers.Get(last), routers.Get(number)) && HasRoute(routers.Get(number), routers.Get(last));
  }
  Check("routers with a route to the last one and back", reached, last);
  measurement.Print(reached);
  Simulator::Destroy();
}
