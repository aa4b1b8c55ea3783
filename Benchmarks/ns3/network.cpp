#include "network.h"

#include "ns3/config.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/packet.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

using namespace ns3;

namespace {

uint64_t frameHops = 0;
uint64_t echoed = 0;

void CountHop(Ptr<const Packet>) { ++frameHops; }
void CountEcho(Ptr<const Packet>) { ++echoed; }

}  // namespace

uint64_t FrameHops() { return frameHops; }
uint64_t EchoedDatagrams() { return echoed; }

void ResetCounts() {
  frameHops = 0;
  echoed = 0;
}

CsmaHelper Ethernet(const std::string& rate, Time delay) {
  CsmaHelper helper;
  helper.SetChannelAttribute("DataRate", StringValue(rate));
  helper.SetChannelAttribute("Delay", TimeValue(delay));
  return helper;
}

PointToPointHelper PointToPoint(const std::string& rate, Time delay) {
  PointToPointHelper helper;
  helper.SetDeviceAttribute("DataRate", StringValue(rate));
  helper.SetChannelAttribute("Delay", TimeValue(delay));
  return helper;
}

void CountFrames(const NetDeviceContainer& devices) {
  for (auto device = devices.Begin(); device != devices.End(); ++device) {
    (*device)->TraceConnectWithoutContext("PhyRxEnd", MakeCallback(&CountHop));
  }
}

void InstallStack(const NodeContainer& nodes) {
  InternetStackHelper stack;
  stack.SetIpv6StackInstall(false);
  stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
  stack.Install(nodes);
}

Discipline DisciplineOf(const std::string& variant) {
  return variant == "no-queue-disc" ? Discipline::none : Discipline::standard;
}

void Assign(const Ptr<NetDevice>& device, Ipv4Address address, const char* mask, Discipline discipline) {
  const Ipv4Mask length(mask);
  const Ipv4Address network = address.CombineMask(length);
  Ipv4AddressHelper(network, length, Ipv4Address(address.Get() - network.Get())).Assign(NetDeviceContainer(device));
  if (discipline == Discipline::none) TrafficControlHelper::Default().Uninstall(device);
}

void SetDefaultRoute(const Ptr<Node>& node, Ipv4Address gateway) { AddRoute(node, "0.0.0.0", "/0", gateway); }

void AddRoute(const Ptr<Node>& node, Ipv4Address network, const char* mask, Ipv4Address gateway) {
  const auto ipv4 = node->GetObject<Ipv4>();
  for (uint32_t interface = 1; interface < ipv4->GetNInterfaces(); ++interface) {
    const auto own = ipv4->GetAddress(interface, 0);
    if (!own.IsInSameSubnet(gateway)) continue;
    Ipv4StaticRoutingHelper().GetStaticRouting(ipv4)->AddNetworkRouteTo(network, Ipv4Mask(mask), gateway, interface);
    return;
  }
}

void InstallEchoServer(const Ptr<Node>& node) {
  const auto server = UdpEchoServerHelper(echoPort).Install(node).Get(0);
  server->TraceConnectWithoutContext("Rx", MakeCallback(&CountEcho));
}

void InstallEchoClient(
    const Ptr<Node>& node, Ipv4Address server, uint32_t count, Time interval, Time start) {
  UdpEchoClientHelper helper(server, echoPort);
  helper.SetAttribute("MaxPackets", UintegerValue(count));
  helper.SetAttribute("Interval", TimeValue(interval));
  helper.SetAttribute("PacketSize", UintegerValue(payload));
  const auto client = helper.Install(node).Get(0);
  client->SetStartTime(start);
  client->TraceConnectWithoutContext("Rx", MakeCallback(&CountEcho));
}

void ResolveAtOnce() {
  Config::SetDefault("ns3::ArpL3Protocol::RequestJitter", StringValue("ns3::ConstantRandomVariable[Constant=0]"));
  Config::SetDefault("ns3::ArpCache::PendingQueueSize", UintegerValue(1000));
}
