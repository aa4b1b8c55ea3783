#include "bench.h"

#include "network.h"

#include "ns3/simulator.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace {

struct Usage {
  double user;
  double system;
  long residentAtMost;
};

double Seconds(const timeval& time) { return time.tv_sec + time.tv_usec * 1e-6; }

Usage ReadUsage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return {Seconds(usage.ru_utime), Seconds(usage.ru_stime), usage.ru_maxrss};
}

/// Memory that is resident now, in KiB.
long ReadResident() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stol(line.substr(6));
  }
  return 0;
}

/// What the runs of this process took, and when the last one had ended.
double spentCpu = 0;
double userAtLastEnd = 0;

}  // namespace

double SpentCpu() { return spentCpu; }

void Measurement::Run() {
  Measure([] { ns3::Simulator::Run(); });
}

void Measurement::Measure(const std::function<void()>& work) {
  residentAfterSetup = ReadResident();
  const Usage before = ReadUsage();
  const auto began = std::chrono::steady_clock::now();
  work();
  const auto ended = std::chrono::steady_clock::now();
  const Usage after = ReadUsage();
  events = ns3::Simulator::GetEventCount();
  simulated = ns3::Simulator::Now().GetSeconds();
  setupCpu = before.user - userAtLastEnd;
  cpu = after.user - before.user;
  spentCpu += cpu;
  userAtLastEnd = after.user;
  sys = after.system;
  wall = std::chrono::duration<double>(ended - began).count();
  // The kernel's counts of the two lag behind each other by a few pages.
  residentAtMost = std::max(after.residentAtMost, residentAfterSetup);
}

void Measurement::Print(uint64_t delivered) const {
  std::printf(
      "{\"tool\":\"ns-3\",\"workload\":\"%s\",\"variant\":\"%s\",\"size\":%u,\"events\":%llu,\"frame_hops\":%llu,"
      "\"delivered\":%llu,\"setup_cpu_s\":%.6f,\"cpu_s\":%.6f,\"sys_s\":%.6f,\"wall_s\":%.6f,\"sim_s\":%.6f,"
      "\"rss_setup_kib\":%ld,\"max_rss_kib\":%ld}\n",
      request.workload.c_str(), request.variant.c_str(), request.size,
      static_cast<unsigned long long>(events), static_cast<unsigned long long>(FrameHops()),
      static_cast<unsigned long long>(delivered), setupCpu, cpu, sys, wall, simulated,
      residentAfterSetup, residentAtMost);
}

void Check(const std::string& what, uint64_t actual, uint64_t expected) {
  if (actual == expected) return;
  throw std::runtime_error(what + ": " + std::to_string(actual) + " instead of " + std::to_string(expected));
}

void Check(const std::string& what, bool holds) {
  if (!holds) throw std::runtime_error(what);
}
