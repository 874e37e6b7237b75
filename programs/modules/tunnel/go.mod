module fabriclab/tunnel

go 1.21
