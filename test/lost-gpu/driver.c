/*
 * A Vulkan driver that hands everything to another one (CREDENCE_TEST_VULKAN_DRIVER) until a file appears beside
 * CREDENCE_TEST_VULKAN_FAULT, which it takes away: NAME.lost, and the device is lost to this process from its next
 * submission on; NAME.memory, and the next allocation is refused. What ONNX Runtime and Dawn make of it is theirs.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUT_OF_DEVICE_MEMORY = -2, DEVICE_LOST = -4 };

typedef int32_t Result;
typedef void (*Function)(void);
typedef Function (*Lookup)(void *, const char *);

static Lookup device_lookup;
static Result (*submit)(void *, uint32_t, const void *, void *);
static Result (*allocate)(void *, const void *, const void *, void *);

static void *real(const char *name) {
  static void *library;
  if (!library) library = dlopen(getenv("CREDENCE_TEST_VULKAN_DRIVER"), RTLD_NOW);
  if (!library) fprintf(stderr, "%s\n", dlerror());
  return library ? dlsym(library, name) : NULL;
}

/* Whether a fault was asked for; it is asked for once. */
static int asked(const char *kind) {
  const char *name = getenv("CREDENCE_TEST_VULKAN_FAULT");
  char path[4096];
  if (!name) return 0;
  snprintf(path, sizeof path, "%s.%s", name, kind);
  return unlink(path) == 0;
}

static Result submit_unless_lost(void *queue, uint32_t count, const void *infos, void *fence) {
  static int lost;
  lost = lost || asked("lost");
  return lost ? DEVICE_LOST : submit(queue, count, infos, fence);
}

static Result allocate_unless_full(void *device, const void *info, const void *allocator, void *memory) {
  return asked("memory") ? OUT_OF_DEVICE_MEMORY : allocate(device, info, allocator, memory);
}

static Function between(const char *name, Function found) {
  if (found && strcmp(name, "vkQueueSubmit") == 0) {
    submit = (void *)found;
    return (Function)submit_unless_lost;
  }
  if (found && strcmp(name, "vkAllocateMemory") == 0) {
    allocate = (void *)found;
    return (Function)allocate_unless_full;
  }
  return found;
}

static Function from_device(void *device, const char *name) {
  return between(name, device_lookup(device, name));
}

Result vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  Result (*negotiate)(uint32_t *) = real("vk_icdNegotiateLoaderICDInterfaceVersion");
  return negotiate(version);
}

Function vk_icdGetInstanceProcAddr(void *instance, const char *name) {
  Function found = ((Lookup)real("vk_icdGetInstanceProcAddr"))(instance, name);
  if (!found || strcmp(name, "vkGetDeviceProcAddr") != 0) return between(name, found);
  device_lookup = (Lookup)found;
  return (Function)from_device;
}

Function vk_icdGetPhysicalDeviceProcAddr(void *instance, const char *name) {
  Lookup lookup = (Lookup)real("vk_icdGetPhysicalDeviceProcAddr");
  return lookup ? lookup(instance, name) : NULL;
}
