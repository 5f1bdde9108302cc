# The launcher of Tekton runs `python -m harmonia`. The Node program takes the place of this process: same pid, same streams.
import os, sys
os.execvp("node", ["node", os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin", "harmonia.js"), "serve", *sys.argv[1:]])
