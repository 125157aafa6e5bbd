#include "pg/shared_table.hpp"

#include "pg/guard.hpp"

extern "C" {
#include <storage/dsm.h>
#include <storage/lwlock.h>
#include <storage/shmem.h>
#include <utils/resowner.h>
}

namespace quern::pg {

namespace {

struct Root {
  dsm_handle table;
};

// Runs f, which calls the server, under AddinShmemInitLock. An error in it is no error of the transaction's, which goes
// on: what f had taken till then belongs to a resource owner that is released here.
template <class F>
void attempt(const char* name, F&& f) {
  ResourceOwner const outer = CurrentResourceOwner;
  const uint32 holdoff = InterruptHoldoffCount;
  ResourceOwner const own = call([&] { return ResourceOwnerCreate(outer, "quern shared table"); });
  try {
    call([&] {
      CurrentResourceOwner = own;
      LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
      f();
      LWLockRelease(AddinShmemInitLock);
    });
  } catch (const ServerError& error) {
    if (LWLockHeldByMe(AddinShmemInitLock)) {
      HOLD_INTERRUPTS();  // errfinish had set the count to 0; releasing a lock takes one off
      LWLockRelease(AddinShmemInitLock);
    }
    InterruptHoldoffCount = holdoff;
    call([&] {
      elog(DEBUG1, "quern: no shared table of %s for this session: %s", name, error.data->message);
      FreeErrorData(error.data);
    });
  }
  CurrentResourceOwner = outer;
  call([&] {
    for (const ResourceReleasePhase phase :
         {RESOURCE_RELEASE_BEFORE_LOCKS, RESOURCE_RELEASE_LOCKS, RESOURCE_RELEASE_AFTER_LOCKS})
      ResourceOwnerRelease(own, phase, false, false);
    ResourceOwnerDelete(own);
  });
}

}  // namespace

void* attach_shared_table(const char* name, std::size_t bytes, bool make, void (*initialize)(void* memory)) {
  void* table = nullptr;
  attempt(name, [&] {
    bool found;
    auto* const root = static_cast<Root*>(ShmemInitStruct(name, sizeof(Root), &found));
    if (!found) root->table = DSM_HANDLE_INVALID;
    dsm_segment* segment = nullptr;
    if (root->table != DSM_HANDLE_INVALID) {
      segment = dsm_attach(root->table);
    } else if (make && (segment = dsm_create(bytes, DSM_CREATE_NULL_IF_MAXSEGMENTS))) {
      initialize(dsm_segment_address(segment));
      dsm_pin_segment(segment);
      root->table = dsm_segment_handle(segment);
    }
    if (!segment) return;
    dsm_pin_mapping(segment);
    table = dsm_segment_address(segment);
  });
  return table;
}

}  // namespace quern::pg
