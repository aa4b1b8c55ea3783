// W6: two bulk transfers over TCP from two hosts to two others, over one slow and long link between two routers.

#include "bench.h"
#include "network.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/boolean.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/queue-size.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-cubic.h"
#include "ns3/tcp-linux-reno.h"
#include "ns3/tcp-socket.h"
#include "ns3/uinteger.h"

using namespace ns3;

namespace {

constexpr uint16_t port = 5001;
constexpr uint32_t flows = 2;

Ipv4Address Station(uint32_t number, uint32_t network) { return Ipv4Address(0x0a000000 + (network << 8) + number); }

/// The same segments and buffers as Hoplab's, and a queue of a thousand frames at each device.
void Configure(const std::string& variant) {
  const auto type = variant == "reno" ? TcpLinuxReno::GetTypeId() : TcpCubic::GetTypeId();
  Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(type));
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1460));
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(6'291'456));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(6'291'456));
  Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
  Config::SetDefault("ns3::DropTailQueue<Packet>::MaxSize", QueueSizeValue(QueueSize("1000p")));
}

}  // namespace

void RunBulkFlows(const Request& request) {
  Configure(request.variant);
  ResolveAtOnce();
  NodeContainer senders(flows);
  NodeContainer routers(2);
  NodeContainer receivers(flows);
  InstallStack(senders);
  InstallStack(routers);
  InstallStack(receivers);
  auto cable = PointToPoint("10Gbps", MicroSeconds(10));
  auto bottleneck = PointToPoint("1Gbps", MilliSeconds(10));
  const auto middle = bottleneck.Install(routers);
  CountFrames(middle);
  Assign(middle.Get(0), Station(1, 2), "/24", Discipline::none);
  Assign(middle.Get(1), Station(2, 2), "/24", Discipline::none);
  for (uint32_t number = 0; number < flows; ++number) {
    const auto near = cable.Install(senders.Get(number), routers.Get(0));
    const auto far = cable.Install(routers.Get(1), receivers.Get(number));
    CountFrames(near);
    CountFrames(far);
    Assign(near.Get(0), Station(2, number), "/24", Discipline::none);
    Assign(near.Get(1), Station(1, number), "/24", Discipline::none);
    Assign(far.Get(0), Station(1, 3 + number), "/24", Discipline::none);
    Assign(far.Get(1), Station(2, 3 + number), "/24", Discipline::none);
    SetDefaultRoute(senders.Get(number), Station(1, number));
    SetDefaultRoute(receivers.Get(number), Station(1, 3 + number));
    AddRoute(routers.Get(0), Station(0, 3 + number), "/24", Station(2, 2));
    AddRoute(routers.Get(1), Station(0, number), "/24", Station(1, 2));
  }

  uint64_t received = 0;
  const Time end = MilliSeconds(request.size);
  ApplicationContainer sinks;
  for (uint32_t number = 0; number < flows; ++number) {
    const InetSocketAddress target(Station(2, 3 + number), port);
    PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), port));
    sinks.Add(sink.Install(receivers.Get(number)));
    BulkSendHelper source("ns3::TcpSocketFactory", target);
    auto sending = source.Install(senders.Get(number));
    sending.Start(Seconds(0));
    sending.Stop(end);
  }
  Simulator::Stop(end);

  Measurement measurement(request);
  measurement.Run();
  for (uint32_t number = 0; number < flows; ++number) received += sinks.Get(number)->GetObject<PacketSink>()->GetTotalRx();
  // Half of what the slow link takes, once the flows have found out: 81 full segments a millisecond.
  Check("bytes received", received >= uint64_t{request.size - 500} * 40 * 1460);
  Simulator::Destroy();
  measurement.Print(received / 1460);
}
