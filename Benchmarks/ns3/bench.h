// What the workloads share: the request, the measurement, and the line that is printed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

/// What the command line asks for.
struct Request {
  std::string workload;
  std::string variant;
  uint32_t size = 0;
  /// W1 only: events that are taken from the queue, all in all.
  uint64_t operations = 2'000'000;
};

/// One measured run; `Print` writes it as a line of JSON.
class Measurement {
 public:
  explicit Measurement(const Request& request) : request(request) {}

  /// Plays the simulation until nothing is left to do; everything before this call was set-up.
  void Run();
  /// Measures something else than `Simulator::Run` in its place.
  void Measure(const std::function<void()>& work);
  void Print(uint64_t delivered) const;

 private:
  Request request;
  uint64_t events = 0;
  double simulated = 0;
  double setupCpu = 0;
  double cpu = 0;
  double sys = 0;
  double wall = 0;
  long residentAfterSetup = 0;
  long residentAtMost = 0;
};

/// User time that the measured runs of this process took so far, in seconds.
double SpentCpu();

/// Ends the program with exit code 1 unless `actual` is `expected`; `what` names the figure.
void Check(const std::string& what, uint64_t actual, uint64_t expected);

/// Ends the program with exit code 1 unless `holds`.
void Check(const std::string& what, bool holds);

void RunHoldModel(const Request& request);
void RunBridgePairs(const Request& request);
void RunRouterChain(const Request& request);
void RunClientsAndServer(const Request& request);
void RunSwitchTree(const Request& request);
void RunGlobalRoutes(const Request& request);
void RunBulkFlows(const Request& request);
