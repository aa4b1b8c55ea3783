// W5: hosts at the leaves of a tree of switches with 32 ports each.
//
// idle: the hosts exist and have an address; nothing is sent. It is for the cost of set-up and the memory.
// talk: each host of the first half asks its partner half the tree away, once. Each first question floods the tree with an ARP request, so
// the work grows as the square of the hosts: seconds at 1000 hosts, and a hundred times that at 10 000.

#include "bench.h"
#include "network.h"

#include "ns3/bridge-helper.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <map>
#include <vector>

using namespace ns3;

namespace {

constexpr uint32_t portsOfSwitch = 32;

/// Joins the hosts by switches, level by level, and returns the device of each host.
NetDeviceContainer GrowTree(const NodeContainer& hosts, bool counted) {
  auto cable = Ethernet("1Gbps", MicroSeconds(1));
  NetDeviceContainer ends;
  std::map<Ptr<Node>, NetDeviceContainer> ports;
  std::vector<Ptr<Node>> level(hosts.Begin(), hosts.End());
  for (bool leaves = true; level.size() > 1; leaves = false) {
    // A root may use every port; any other switch keeps one for the way up.
    const uint32_t width = level.size() <= portsOfSwitch ? portsOfSwitch : portsOfSwitch - 1;
    std::vector<Ptr<Node>> above;
    for (uint32_t place = 0; place < level.size(); ++place) {
      if (place % width == 0) above.push_back(CreateObject<Node>());
      const auto pair = cable.Install(NodeContainer(level[place], above.back()));
      if (counted) CountFrames(pair);
      if (leaves) {
        ends.Add(pair.Get(0));
      } else {
        ports[level[place]].Add(pair.Get(0));
      }
      ports[above.back()].Add(pair.Get(1));
    }
    level = above;
  }
  for (const auto& [node, devices] : ports) BridgeHelper().Install(node, devices);
  return ends;
}

}  // namespace

void RunSwitchTree(const Request& request) {
  const bool talk = request.variant == "talk";
  ResolveAtOnce();
  NodeContainer hosts(request.size);
  const auto ends = GrowTree(hosts, talk);
  InstallStack(hosts);
  for (uint32_t number = 0; number < request.size; ++number) {
    Assign(ends.Get(number), Ipv4Address(firstHostAddress + number), "/8");
  }
  for (uint32_t number = 0; talk && number < request.size / 2; ++number) {
    const uint32_t partner = number + request.size / 2;
    InstallEchoServer(hosts.Get(partner));
    InstallEchoClient(
        hosts.Get(number), Ipv4Address(firstHostAddress + partner), 1, Seconds(1), MicroSeconds(10) * number);
  }

  Measurement measurement(request);
  measurement.Run();
  Check("datagrams delivered", EchoedDatagrams(), talk ? uint64_t{request.size} : 0);
  measurement.Print(EchoedDatagrams());
  Simulator::Destroy();
}
