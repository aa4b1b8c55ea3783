// What the network workloads build their networks of, and what they count.
#pragma once

#include "ns3/csma-helper.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/udp-echo-helper.h"

#include <cstdint>
#include <string>

constexpr uint16_t echoPort = 7;
constexpr uint32_t payload = 512;

/// The hosts of W2 and W5 have addresses in 10.0.0.0/8, one after the other.
constexpr uint32_t firstHostAddress = 0x0a000001;

/// Frames that arrived at the other end of a link, over all links of `CountFrames`.
uint64_t FrameHops();
/// Datagrams that arrived at an echo server, and replies that arrived back at its client.
uint64_t EchoedDatagrams();
/// Begins to count anew, for the next run of the same process.
void ResetCounts();

/// A cable with two ends.
///
/// ns-3's CSMA channel is the one that a bridge can use. It carries a frame in one direction at a time and is busy
/// until the frame has arrived, so a long delay makes it slow.
ns3::CsmaHelper Ethernet(const std::string& rate, ns3::Time delay);
/// A point-to-point link: both directions at once, PPP framing, and no ARP.
ns3::PointToPointHelper PointToPoint(const std::string& rate, ns3::Time delay);

void CountFrames(const ns3::NetDeviceContainer& devices);

/// IPv4 with static routes only: no IPv6, so no neighbour discovery, and no list of routing protocols to ask.
void InstallStack(const ns3::NodeContainer& nodes);

/// What holds packets before the device's own queue of 100 frames.
enum class Discipline {
  /// FqCoDel, which ns-3 installs by default.
  standard,
  /// Nothing: the device's queue alone.
  none,
};

/// What the variants `default` and `no-queue-disc` mean.
Discipline DisciplineOf(const std::string& variant);

/// Gives the device `address`/`mask`.
void Assign(
    const ns3::Ptr<ns3::NetDevice>& device, ns3::Ipv4Address address, const char* mask,
    Discipline discipline = Discipline::standard);
void SetDefaultRoute(const ns3::Ptr<ns3::Node>& node, ns3::Ipv4Address gateway);
/// A route out of the interface whose network has `gateway`.
void AddRoute(
    const ns3::Ptr<ns3::Node>& node, ns3::Ipv4Address network, const char* mask, ns3::Ipv4Address gateway);

void InstallEchoServer(const ns3::Ptr<ns3::Node>& node);
void InstallEchoClient(
    const ns3::Ptr<ns3::Node>& node, ns3::Ipv4Address server, uint32_t count, ns3::Time interval, ns3::Time start);

/// Makes hosts resolve addresses at once and keep what waits for the answer, as real hosts do.
///
/// By default ns-3 waits up to 10 ms before an ARP request and keeps three packets meanwhile: a stream loses its
/// first ones. Call it before any stack is installed.
void ResolveAtOnce();
